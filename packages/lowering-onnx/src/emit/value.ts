import type { DType, Shape } from "@keras/ops";

/** A number that fills a value, where it is known. */
export type Fill = number | bigint | boolean;

/**
 * A value while a graph is being lowered. `dtype` is the element type of the ONNX value that stands for it: half types may stand as
 * float32 (see `LowerOptions.half`), everything else as itself.
 */
export interface Val {
  readonly dtype: DType;
  readonly shape: Shape;
  /** Name of the ONNX value. Asking for it emits the nodes of a value that was kept back, such as a broadcast. */
  readonly name: string;
  /** The value before a broadcast, for consumers that broadcast by themselves. */
  readonly compact?: Val | undefined;
  /** Where the axes come from: axis i is axis perm[i] of another value. Matrix products read that one instead. */
  readonly transposed?: { readonly source: Val; readonly perm: readonly number[] } | undefined;
  /** The same elements in another shape, where this is only a view of them. Elementwise ops work on that one, and views vanish. */
  readonly reshaped?: Val | undefined;
  /** The values that this is a stack of, along a new first axis. */
  readonly steps?: readonly Val[] | undefined;
  /** The one number that all elements have, where known. */
  readonly fill?: Fill | undefined;
  /** Least and greatest element of a constant of integers. */
  readonly range?: readonly [number, number] | undefined;
}
