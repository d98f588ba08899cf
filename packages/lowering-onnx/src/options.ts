import { ArgumentError, type GraphInput, type HostArray } from "@keras/ops";
import type { Target } from "./emit/emitter.ts";

/** How a graph is lowered to ONNX. */
export interface LowerOptions {
  /**
   * `runtime`: for ONNX Runtime 1.30 or later, with its own operators and the formulations that train fastest there.
   * `portable`: the standard's operators alone, for any runtime. Default: `portable`.
   */
  readonly target?: "runtime" | "portable" | undefined;
  /** Version of the standard operators, 18 to 26. Default: 26 for `runtime`, 21 for `portable`. */
  readonly opset?: number | undefined;
  /**
   * How values of float16 and bfloat16 are held: as themselves, or as float32 that is rounded after each op, also at the graph's
   * inputs and outputs. Default: `emulated` for `runtime`, `native` for `portable`; bfloat16 is computed in float32 in both.
   */
  readonly half?: "native" | "emulated" | undefined;
  /** Nodes that a `scan` of static length may take when it is unrolled, which trains faster. Default: 4,000 for `runtime`, 0 for `portable`. */
  readonly unroll?: number | undefined;
  /** Name of the graph. Default: `graph`. */
  readonly name?: string | undefined;
  /** Names of the graph's inputs, in order. Default: the names they have in the graph. */
  readonly inputNames?: readonly string[] | undefined;
  /** Names of the graph's outputs, in order. Default: `output_0`, `output_1`, …. */
  readonly outputNames?: readonly string[] | undefined;
  /** The data of inputs that become constants of the model, such as trained weights; null where one stays an input. */
  readonly freeze?: ((input: GraphInput) => FrozenData | null) | undefined;
  /** Moves the data of a tensor out of the model; null where it stays inside. */
  readonly external?: ((name: string, bytes: Uint8Array) => ExternalData | null) | undefined;
  /** Free text that the model carries, by key. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly producer?: { readonly name: string; readonly version: string } | undefined;
}

/** Data of an input that becomes a constant. */
export interface FrozenData {
  readonly values: HostArray;
  readonly shape: readonly number[];
}

/** Place of a tensor's bytes in a file beside the model. */
export interface ExternalData {
  /** File name relative to the model. */
  readonly location: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
}

/** The choices that emitters see, with defaults filled in. */
export function targetOf(options: LowerOptions): Target {
  const target = options.target ?? "portable";
  const { opset } = options;
  if (opset !== undefined && !(Number.isInteger(opset) && opset >= 18 && opset <= 26)) {
    throw new ArgumentError(`opset must be a whole number from 18 to 26, not ${opset}`);
  }
  const runtime = target === "runtime";
  return {
    target,
    opset: opset ?? (runtime ? 26 : 21),
    half: options.half ?? (runtime ? "emulated" : "native"),
    unroll: options.unroll ?? (runtime ? 4_000 : 0),
  };
}
