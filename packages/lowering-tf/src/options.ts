import type { GraphInput, HostArray, Variable } from "@keras/ops";
import type { Target } from "./emit/emitter.ts";

/** What a lowering is for. */
export interface TargetOptions {
  /** `runtime`: for an engine, which must not fail on an index outside. `portable`: for files. Default: `portable`. */
  readonly target?: "runtime" | "portable" | undefined;
  /** Nodes that a `scan` of static length may take when it is unrolled. Default: 4,000 for `runtime`, 0 for `portable`. */
  readonly unroll?: number | undefined;
}

/** How a graph is lowered to a function. */
export interface LowerOptions extends TargetOptions {
  /** Name of the function. Default: `graph`. */
  readonly name?: string | undefined;
  /** Names of the graph's inputs, in order. Default: the names they have in the graph. */
  readonly inputNames?: readonly string[] | undefined;
  /** Names of the graph's outputs, in order. Default: `output_0`, `output_1`, …. */
  readonly outputNames?: readonly string[] | undefined;
  /** What stands for an input. Default: an argument for each. */
  readonly bind?: ((input: GraphInput) => Binding) | undefined;
  /** Variables that take the graph's last outputs as their values, in place of giving them out. */
  readonly assigned?: readonly Variable[] | undefined;
}

/** An argument of the function, a variable whose handle comes behind the arguments, or data that the function holds. */
export type Binding =
  | { readonly kind: "argument" }
  | { readonly kind: "variable" }
  | { readonly kind: "constant"; readonly values: HostArray; readonly shape: readonly number[] };

/** The choices that emitters see, with defaults filled in. */
export function targetOf({ target = "portable", unroll }: TargetOptions): Target {
  return { target, unroll: unroll ?? (target === "runtime" ? 4_000 : 0) };
}
