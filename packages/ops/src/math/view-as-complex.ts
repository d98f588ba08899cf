import type { NoAttrs } from "../define/attrs.ts";
import { floatResult, isComplex } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { complex, imag, real } from "../numpy/complex.ts";
import { getItem } from "../numpy/get-item.ts";
import { stack } from "../numpy/stack.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const viewAsComplexOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "view_as_complex",
  keras: "keras.src.ops.math.ViewAsComplex",
  infer: ([x]) => {
    if (x!.shape.at(-1) !== 2)
      throw new ShapeError(
        `the last axis must hold real and imaginary part, so its size must be 2: ${formatShape(x!.shape)}`,
        { op: "view_as_complex" },
      );
    return [{ shape: x!.shape.slice(0, -1), dtype: floatResult(x!.dtype) === "float64" ? "complex128" : "complex64" }];
  },
  decompose: ([x]) => [complex(getItem(x!, "...", 0), getItem(x!, "...", 1))],
  inline: true,
});

export const viewAsRealOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "view_as_real",
  keras: "keras.src.ops.math.ViewAsReal",
  infer: ([x]) => {
    const dtype = isComplex(x!.dtype) ? (x!.dtype === "complex128" ? "float64" : "float32") : x!.dtype;
    return [{ shape: [...x!.shape, 2], dtype }];
  },
  declare: (outputs) => outputs.map(({ shape }) => ({ shape, dtype: "float32" })),
  decompose: ([x]) => [stack([real(x!), imag(x!)], { axis: -1 })],
  inline: true,
});

/**
 * Pairs along the last axis as complex numbers.
 *
 * @param x - [..., 2]: real and imaginary parts.
 * @returns [...] complex.
 * @throws {ShapeError} unless the last axis has size 2.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.viewAsComplex([[1, 2]]).dtype); // "complex64"
 * ```
 */
export function viewAsComplex(x: KerasTensor): KerasTensor;
export function viewAsComplex(x: TensorLike): Tensor;
export function viewAsComplex(x: Other): Tensor | KerasTensor {
  return apply(viewAsComplexOp, [x], {})[0]!;
}

/**
 * Real and imaginary parts along a new last axis.
 *
 * @param x - Any shape; real numbers have imaginary part 0.
 * @returns [..., 2].
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.viewAsReal(ops.viewAsComplex([[1, 2]])).array()); // [[1, 2]]
 * ```
 */
export function viewAsReal(x: KerasTensor): KerasTensor;
export function viewAsReal(x: TensorLike): Tensor;
export function viewAsReal(x: Other): Tensor | KerasTensor {
  return apply(viewAsRealOp, [x], {})[0]!;
}
