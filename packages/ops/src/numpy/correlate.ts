import { toTensor } from "../convert.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { NDArray } from "../ndarray.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, staticShape, type Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { conj } from "./complex.ts";
import { flip } from "./flip.ts";
import { gatherTensor } from "./gather.ts";
import { matmul } from "./matmul.ts";
import { padTensor } from "./pad-primitive.ts";

type CorrelateMode = "valid" | "same" | "full";

interface CorrelateAttrs {
  readonly [key: string]: unknown;
  readonly mode: CorrelateMode;
}

const MODES: readonly CorrelateMode[] = ["valid", "same", "full"];

function lengths(x: Spec, y: Spec): [number, number] {
  if (x.shape.length !== 1 || y.shape.length !== 1) {
    throw new ShapeError(`takes two vectors, got shapes ${formatShape(x.shape)} and ${formatShape(y.shape)}`, {
      op: "correlate",
    });
  }
  const [n, m] = staticShape([x.shape[0]!, y.shape[0]!], "correlate") as [number, number];
  if (n === 0 || m === 0) throw new ShapeError("cannot slide an empty vector", { op: "correlate" });
  return [n, m];
}

export const correlateOp: OpDef<CorrelateAttrs> = defineOp<CorrelateAttrs>({
  name: "correlate",
  keras: "keras.src.ops.numpy.Correlate",
  promote: "float",
  infer: ([x, y], { mode }) => {
    const [n, m] = lengths(x!, y!);
    const size = mode === "full" ? n + m - 1 : mode === "same" ? Math.max(n, m) : Math.abs(n - m) + 1;
    return [{ shape: [size], dtype: x!.dtype }];
  },
  decompose: ([x, y], { mode }) => {
    const [n, m] = lengths(x!, y!);
    const [long, short] = n < m ? [conj(y!), x!] : [x!, conj(y!)];
    const k = Math.min(n, m);
    const [low, high] =
      mode === "full" ? [k - 1, k - 1] : mode === "same" ? [Math.floor(k / 2), k - Math.floor(k / 2) - 1] : [0, 0];
    const padded = padTensor(long, [low], [high], [0], 0);
    const count = padded.shape[0]! - k + 1;
    const places = Int32Array.from({ length: count * k }, (_, i) => Math.floor(i / k) + (i % k));
    const windows = gatherTensor(padded, toTensor(new NDArray(places, [count, k], "int32")), 0);
    const slid = matmul(windows, short);
    return [n < m ? flip(slid) : slid];
  },
});

/** Options of `correlate`. */
export interface CorrelateOptions {
  /** `valid` (default): where the vectors overlap wholly; `same`: as many as the longer; `full`: wherever they overlap. */
  readonly mode?: CorrelateMode | undefined;
}

/**
 * The cross-correlation of two vectors: sums of products while one slides along the other.
 *
 * @param x1 - A vector.
 * @param x2 - A vector; complex ones are conjugated.
 * @param options - `mode`.
 * @throws {ShapeError} when an operand is not a vector, or empty.
 * @throws {ArgumentError} on an unknown mode.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.correlate([1, 2, 3], [0, 1, 0.5]).array()); // [3.5]
 * ```
 */
export function correlate(x1: KerasTensor, x2: Other, options?: CorrelateOptions): KerasTensor;
export function correlate(x1: Other, x2: KerasTensor, options?: CorrelateOptions): KerasTensor;
export function correlate(x1: TensorLike, x2: TensorLike, options?: CorrelateOptions): Tensor;
export function correlate(x1: Other, x2: Other, options: CorrelateOptions = {}): Tensor | KerasTensor {
  const { mode = "valid" } = options;
  if (!MODES.includes(mode))
    throw new ArgumentError(`mode is one of ${MODES.join(", ")}; got '${String(mode)}'`, { op: "correlate" });
  return apply(correlateOp, [x1, x2], { mode })[0]!;
}
