import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { apply } from "../execution/dispatch.ts";
import { complex } from "../numpy/complex.ts";
import { multiply } from "../numpy/multiply.ts";
import { cos, sin } from "../numpy/trigonometry.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const polarOp: OpDef<NoAttrs> = defineBinary({
  name: "polar",
  keras: "keras.src.ops.nn.Polar",
  promote: "float",
  result: (dtype) => (dtype === "float64" ? "complex128" : "complex64"),
  decompose: (abs, angle) => complex(multiply(abs, cos(angle)), multiply(abs, sin(angle))),
  inline: true,
});

/**
 * Complex numbers of given size and angle.
 *
 * @param abs - Absolute values, any shape that broadcasts with `angle`.
 * @param angle - Angles in radians.
 * @returns complex64 (complex128 for float64).
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.polar([2], [0]).array()); // [[2, 0]]
 * ```
 */
export function polar(abs: KerasTensor, angle: Other): KerasTensor;
export function polar(abs: Other, angle: KerasTensor): KerasTensor;
export function polar(abs: TensorLike, angle: TensorLike): Tensor;
export function polar(abs: Other, angle: Other): Tensor | KerasTensor {
  return apply(polarOp, [abs, angle], {})[0]!;
}
