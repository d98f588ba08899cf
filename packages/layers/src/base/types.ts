import type { KerasTensor, Tensor, TensorLike, Variable } from "@keras/ops";

/** Sizes, `null` where unknown. */
export type LayerShape = readonly (number | null)[];
/** Shapes in the structure of a layer's input: one, or arrays and dictionaries of them. */
export type ShapeTree = LayerShape | readonly ShapeTree[] | { readonly [key: string]: ShapeTree };

/** What every `call` may be given beside its tensors. */
export interface CallOptions {
  /** Whether the layer trains or infers; null or absent: as the layers around it, else as it does by default. */
  readonly training?: boolean | null | undefined;
  /** Which time steps count: bool, in the structure of the first argument. */
  readonly mask?: MaskTree | undefined;
}

/** Masks in the structure of the values they belong to; null: all counts. */
export type MaskTree = Tensor | null | readonly MaskTree[] | { readonly [key: string]: MaskTree };

/** Masks as they may be given. Spelled out, for the general substitution would never end on a tree. */
type MaskOf<To> = To | null | undefined | readonly MaskOf<To>[] | { readonly [key: string]: MaskOf<To> };

/** The parameters of `call` with every Tensor replaced by something else. */
type Substitute<T, To> = T extends Tensor
  ? To
  : T extends Variable | KerasTensor | string | number | bigint | boolean | symbol | null | undefined
    ? T
    : T extends (...args: never[]) => unknown
      ? T
      : T extends object
        ? { [K in keyof T]: K extends "mask" ? MaskOf<To> : Substitute<T[K], To> }
        : T;

/** What may be passed to `apply` where `call` takes tensors. */
export type Eager<Args extends readonly unknown[]> = { [K in keyof Args]: Substitute<Args[K], TensorLike> };
/** The same for building a graph: symbolic tensors. */
export type Symbolic<Args extends readonly unknown[]> = { [K in keyof Args]: Substitute<Args[K], KerasTensor> };
/** Result of building a graph, for what `call` returns. */
export type SymbolicResult<R> = Substitute<R, KerasTensor>;
