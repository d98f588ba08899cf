import type { Backend, DeviceBuffer, StaticSpec } from "./backend.ts";
import { itemBytes } from "./dtype.ts";
import { StateError } from "./errors.ts";
import { sizeOf } from "./shape.ts";

/** A computation that was put off: whoever put it off knows how to run it. */
export interface Deferred {
  /** Queues it, and whatever else should go with it. Its values are ready, in flight or failed afterwards. */
  start(): void;
  /** One of its values has no holder left. */
  drop(): void;
}

/** The life of a value's memory: deferred, being computed, there, or failed. */
type State =
  | { readonly name: "pending"; readonly node: Deferred }
  | { readonly name: "in_flight"; readonly settled: Promise<void> }
  | { readonly name: "ready"; readonly buffer: DeviceBuffer }
  | { readonly name: "failed"; readonly error: unknown }
  | { readonly name: "freed" };

/** The state of a storage whose computation is about to be queued. */
export const IN_FLIGHT: State = { name: "in_flight", settled: Promise.resolve() };

let live = 0;

/** Bytes of all values that exist now, over all backends. */
export function liveBytes(): number {
  return live;
}

/**
 * Memory of one value on one backend, counted by its holders: tensors, tapes, pending nodes, runs in flight. At zero it goes back to the
 * backend.
 */
export class Storage {
  readonly backend: Backend;
  readonly spec: StaticSpec;
  readonly bytes: number;
  state: State;
  holders = 1;

  constructor(backend: Backend, spec: StaticSpec, state: State) {
    this.backend = backend;
    this.spec = spec;
    this.bytes = sizeOf(spec.shape) * itemBytes(spec.dtype);
    this.state = state;
    if (state.name === "ready") live += this.bytes;
  }

  retain(): this {
    this.holders++;
    return this;
  }

  release(): void {
    if (--this.holders > 0 || this.state.name === "freed") return;
    const { state } = this;
    this.state = { name: "freed" };
    if (state.name === "ready") {
      live -= this.bytes;
      this.backend.free?.(state.buffer);
    } else if (state.name === "pending") {
      state.node.drop();
    }
  }

  /** Gives the buffer up without freeing it: someone else owns it from now on. */
  surrender(): void {
    if (this.state.name === "ready") live -= this.bytes;
    this.state = { name: "freed" };
  }

  /** The run that makes this value has ended. */
  fulfil(buffer: DeviceBuffer): void {
    if (this.state.name === "freed") {
      this.backend.free?.(buffer);
      return;
    }
    this.state = { name: "ready", buffer };
    live += this.bytes;
  }

  fail(error: unknown): void {
    if (this.state.name !== "freed") this.state = { name: "failed", error };
  }

  /** The buffer of a ready value. @throws {StateError} in every other state. */
  buffer(): DeviceBuffer {
    const { state } = this;
    if (state.name === "ready") return state.buffer;
    if (state.name === "failed") throw state.error;
    throw new StateError(
      state.name === "freed"
        ? "this tensor was disposed: its memory is gone"
        : "this tensor is not computed yet: read it with `await x.data()`",
    );
  }
}
