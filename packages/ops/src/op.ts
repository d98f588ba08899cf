import type { DType, WeakType } from "./dtype.ts";
import type { Spec } from "./shape.ts";
import type { Graph } from "./trace/graph.ts";
import type { Tensor } from "./tensor.ts";

/** A value that an op's attribute may have. All are immutable and have a canonical key (see `attrsKey`). */
export type AttrValue = string | number | bigint | boolean | null | undefined | object | readonly AttrValue[];

/** Constructor-like arguments of an op: everything that is not a tensor. */
export type Attrs = Readonly<Record<string, unknown>>;

/** Spec of an operand as it arrives: Python-like scalars have a weak type in place of a dtype. */
export interface OperandSpec {
  readonly shape: Spec["shape"];
  readonly dtype: DType | WeakType;
}

/** What a gradient rule gets. `grads` are cotangents of the outputs; null where an output is unused. */
export interface VjpContext<A> {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attrs: A;
  readonly grads: readonly (Tensor | null)[];
  /** Whether anyone asked for the gradient of input `i`: skip dear work where not. */
  readonly needs: (i: number) => boolean;
}

/** Cotangents of the inputs, in order; null: no gradient flows there. */
export type Vjp<A> = (context: VjpContext<A>) => readonly (Tensor | null)[];

/**
 * How operands of mixed dtypes are brought to those the op works on, by recorded casts, before it runs.
 * - `keep`: each operand keeps its dtype (a weak scalar takes its default one);
 * - `same`: all are promoted to one common dtype;
 * - `float`: as `same`, and integers and bool become floatx;
 * - `bool`: all are cast to bool;
 * - a function: the dtypes, given the operands.
 */
export type Promotion<A> =
  | "keep"
  | "same"
  | "float"
  | "bool"
  | ((inputs: readonly OperandSpec[], attrs: A) => readonly DType[]);

/**
 * One op: the single place from which eager execution, tracing, gradients, symbolic shapes, exporters and backends are derived.
 *
 * A primitive (see `primitives.ts`) has no `decompose`; backends and lowerings must know it. Every other op is a composite: it has a
 * decomposition into other ops, and a backend or exporter may still take it whole.
 */
export interface OpDef<A extends Attrs = Attrs, Given extends Attrs = A> {
  /** snake_case, as in every graph, lowering table and error. */
  readonly name: string;
  /** Class that Python Keras writes into a Functional config, such as `keras.src.ops.nn.Gelu`. */
  readonly keras?: string | undefined;
  /**
   * Attributes as the caller gave them → as the op needs them, for operands of these shapes: axes counted from 0, -1 in a shape filled
   * in. A Functional graph keeps the given ones, so that it can be called on other shapes; every other graph has the resolved ones.
   */
  readonly resolve?: ((inputs: readonly Spec[], given: Given) => A) | undefined;
  /** Default `keep`. */
  readonly promote?: Promotion<Given> | undefined;
  /** Specs in, specs out. All shape and dtype errors are raised here. Sizes may be symbolic. */
  readonly infer: (inputs: readonly Spec[], attrs: A) => readonly Spec[];
  /**
   * What Keras declares of the results of symbolic operands, where that is not what the op gives: most of its float functions declare the
   * dtype of their operand, also an integer one. Gets the specs that `infer` gave and those of the operands. Only KerasTensors show it.
   */
  readonly declare?: ((outputs: readonly Spec[], operands: readonly OperandSpec[]) => readonly Spec[]) | undefined;
  /** In terms of other ops. Must give exactly the specs that `infer` gives. */
  readonly decompose?: ((inputs: readonly Tensor[], attrs: A) => readonly Tensor[]) | undefined;
  /**
   * Runs a primitive step by step on tensors whose values can be read: what control flow does on an engine that does not take it whole.
   */
  readonly run?: ((inputs: readonly Tensor[], attrs: A) => readonly Tensor[]) | undefined;
  /**
   * Gradient rule, in terms of ops. `null`: not differentiable (integers, comparisons, `floor`).
   * Absent: derived from `decompose`; absent without `decompose`: asking for a gradient throws.
   */
  readonly vjp?: Vjp<A> | null | undefined;
  /** Under a tape, record the parts of the decomposition in place of the op (cheaper where the parts are few). */
  readonly inline?: boolean | undefined;
  /** The operands are one list argument in Keras (`concatenate`, `stack`). */
  readonly listInput?: boolean | undefined;
  /** Output shapes depend on data; under `jit` the op needs a `size` attribute. */
  readonly dynamicShape?: boolean | undefined;
  /** Results differ between equal calls or matter beyond their value: never merged, never removed. */
  readonly effect?: boolean | undefined;
  /** Attributes → constructor arguments in a Keras config, where they are not just the attributes in snake_case. */
  readonly toConfig?: ((given: Given) => Record<string, unknown>) | undefined;
  /** Where several ops share one class of Keras: whether a config of these attributes is this one's. An op without it takes the rest. */
  readonly ownsConfig?: ((given: Given) => boolean) | undefined;
  /** The last operands, where Keras has them among the constructor's arguments and not the call's: their names there, in camelCase. */
  readonly configOperands?: readonly string[] | undefined;
  /** Call arguments in a Keras config, where they are not just the operands. */
  readonly callForm?: CallForm<Given> | undefined;
}

/** How operands and attributes are written as the arguments of a call, and read back. */
export interface CallForm<Given> {
  readonly write: (operands: readonly unknown[], given: Given) => readonly unknown[];
  readonly read: (args: readonly unknown[]) => { readonly operands: readonly unknown[]; readonly attrs: Given };
}

/** Declares an op. It registers nothing: what is not imported does not reach a bundle. */
/* @__NO_SIDE_EFFECTS__ */
export function defineOp<A extends Attrs, Given extends Attrs = A>(definition: OpDef<A, Given>): OpDef<A, Given> {
  return definition;
}

/** The graphs among an op's attributes (bodies of `cond`, `while_loop`, `scan`). */
export function subgraphs(attrs: Attrs): Graph[] {
  return Object.values(attrs)
    .flat()
    .filter((v): v is Graph => typeof v === "object" && v !== null && (v as Graph).kind === "graph");
}
