import { scoped } from "../runtime.ts";
import { keeping } from "./temporaries.ts";

/** Runs `fn` outside every trace, tape, overlay and autocast: where weights, slots and seeds are made. */
export function initScope<R>(fn: () => R): R {
  return keeping(() => scoped({ trace: null, tapes: [], overlay: null, autocast: null }, fn));
}
