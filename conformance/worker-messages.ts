import type { Outcome } from "./outcome.ts";
import type { Skip } from "./skips.ts";

/** To a worker: once, what to run on; then one task after another. */
export type ToWorker =
  | { readonly kind: "start"; readonly cases: string; readonly backend: string; readonly skips: readonly Skip[] }
  | {
      readonly kind: "task";
      readonly category: string;
      readonly name: string;
      readonly ids: readonly string[];
      readonly alone: boolean;
    };

/** From a worker: `begin` names the cases that run now, so that a crash or a hang can be blamed on them. */
export type FromWorker =
  | { readonly kind: "begin"; readonly ids: readonly string[] }
  | { readonly kind: "outcome"; readonly outcome: Outcome }
  | { readonly kind: "done" };

/** Cases of one op or class that are run in one go. */
export interface Task {
  readonly category: string;
  readonly name: string;
  readonly ids: readonly string[];
  /** One case at a time: after a crash, to find out which case it was. */
  readonly alone: boolean;
}
