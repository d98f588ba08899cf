import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "./row.ts";

/** How a case ended that did not pass. */
export interface Shortfall {
  /**
   * - `accepted`: Python raised, nothing was thrown here;
   * - `refused`: Python gave a result, here an error of the library was thrown;
   * - `differs`: the results differ;
   * - `broken`: anything else.
   */
  readonly kind: "accepted" | "refused" | "differs" | "broken";
  readonly reason: string;
}

/**
 * What has to hold, beside the patterns, for an entry to excuse a case that was run and did not pass:
 * - `other_backends_accept`: accepted here, and `backend_dependent.json` says that another backend of Keras takes the same arguments;
 * - `accident_in_python`: accepted here, where Python raised an AttributeError, by which its code fails on a value that it did not expect;
 * - one of `Shortfall`: that kind.
 */
export type Condition = "other_backends_accept" | "accident_in_python" | Shortfall["kind"];

/** One reviewed entry of `skips.json`. In patterns, `*` stands for anything. */
export interface Skip {
  readonly category: string;
  readonly ids: readonly string[];
  readonly backend: string;
  readonly when?: Condition;
  /** With `when`: what the reason of the shortfall has to contain. */
  readonly says?: string;
  /** Why the case cannot or must not hold here; never "does not work yet". */
  readonly reason: string;
}

/** The share of cases that may be skipped. */
export const SKIP_LIMIT = 0.01;

const escape = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");

export function matches(pattern: string, text: string): boolean {
  return new RegExp(`^${pattern.split("*").map(escape).join(".*")}$`).test(text);
}

/** Reads the list. @throws {Error} when an entry lacks a field or a reason. */
export function readSkips(file: string = join(import.meta.dirname, "skips.json")): readonly Skip[] {
  const skips = JSON.parse(readFileSync(file, "utf8")) as readonly Skip[];
  for (const skip of skips) {
    if (!Array.isArray(skip.ids) || skip.ids.length === 0) {
      throw new Error(`skips.json: an entry names no ids: ${JSON.stringify(skip)}`);
    }
    if (skip.when !== undefined && !Object.hasOwn(CONDITIONS, skip.when)) {
      throw new Error(`skips.json: there is no condition '${skip.when}'`);
    }
    if (skip.says !== undefined && skip.when === undefined) {
      throw new Error(`skips.json: 'says' needs 'when': ${JSON.stringify(skip)}`);
    }
    for (const field of ["category", "backend", "reason"] as const) {
      if (typeof skip[field] !== "string" || skip[field].trim() === "") {
        throw new Error(`skips.json: an entry lacks '${field}': ${JSON.stringify(skip)}`);
      }
    }
  }
  return skips;
}

const applies = (skip: Skip, backend: string, category: string, id: string): boolean =>
  matches(skip.backend, backend) &&
  matches(skip.category, category) &&
  skip.ids.some((pattern) => matches(pattern, id));

/** The entry for which a case is not even run, if there is one. */
export function skipFor(skips: readonly Skip[], backend: string, category: string, id: string): Skip | undefined {
  return skips.find((skip) => !skip.when && applies(skip, backend, category, id));
}

const CONDITIONS: Readonly<
  Record<Condition, (shortfall: Shortfall, row: Row, dependent: string | undefined) => boolean>
> = {
  other_backends_accept: ({ kind }, _, dependent) =>
    kind === "accepted" && (dependent?.includes("expected error") ?? false),
  accident_in_python: ({ kind }, row) => kind === "accepted" && row.e?.[0] === "AttributeError",
  accepted: ({ kind }) => kind === "accepted",
  refused: ({ kind }) => kind === "refused",
  differs: ({ kind }) => kind === "differs",
  broken: ({ kind }) => kind === "broken",
};

/** The entry that excuses a case that was run and did not pass. `dependent`: what `backend_dependent.json` says of it. */
export function excuseFor(
  skips: readonly Skip[],
  place: { readonly backend: string; readonly category: string },
  row: Row,
  shortfall: Shortfall,
  dependent: string | undefined,
): Skip | undefined {
  return skips.find(
    (skip) =>
      skip.when &&
      applies(skip, place.backend, place.category, row.id) &&
      CONDITIONS[skip.when](shortfall, row, dependent) &&
      (skip.says === undefined || shortfall.reason.includes(skip.says)),
  );
}
