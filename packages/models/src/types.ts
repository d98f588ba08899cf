import type { KerasTensor, NDArray, Tensor, TensorLike } from "@keras/ops";

/** A structure of symbolic tensors as the structure of tensors that it stands for. */
export type Concrete<T> = T extends KerasTensor
  ? Tensor
  : T extends readonly unknown[]
    ? { [K in keyof T]: Concrete<T[K]> }
    : T extends object
      ? { [K in keyof T]: Concrete<T[K]> }
      : T;

/** A structure of tensors as host data. */
export type Host<T> = T extends Tensor
  ? NDArray
  : T extends readonly unknown[]
    ? { [K in keyof T]: Host<T[K]> }
    : T extends object
      ? { [K in keyof T]: Host<T[K]> }
      : T;

/** A structure of tensors as whatever can be fed for it. */
export type Feed<T> = T extends Tensor
  ? TensorLike
  : T extends readonly unknown[]
    ? { readonly [K in keyof T]: Feed<T[K]> }
    : T extends object
      ? { readonly [K in keyof T]: Feed<T[K]> }
      : T;

/** Symbolic tensors: one, or arrays and dictionaries of them. */
export type SymbolicTree = KerasTensor | readonly SymbolicTree[] | { readonly [key: string]: SymbolicTree };
