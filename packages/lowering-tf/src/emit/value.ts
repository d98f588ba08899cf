import type { NDArray, Shape } from "@keras/ops";
import type { Element } from "../proto/types.ts";

/** A number that fills a value, where it is known. */
export type Fill = number | bigint | boolean;

/** Names a value for the emitter that made it: the name of an edge, or a handle of a tensor. */
export type Ref = string | number;

/** A value while a graph is being lowered. */
export interface Val {
  readonly dtype: Element;
  readonly shape: Shape;
  /** Asking for it emits the nodes of a value that was kept back, such as a broadcast. */
  readonly ref: Ref;
  /** The emitter in whose function it is. */
  readonly owner: object;
  /** The value before a broadcast, for consumers that broadcast by themselves. */
  readonly compact?: Val | undefined;
  /** The one number that all elements have, where known. */
  readonly fill?: Fill | undefined;
  /** Its data, where it is a constant: a body of control flow holds its own copy. */
  readonly data?: NDArray | undefined;
}
