import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { broadcastShapes } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { absolute } from "./absolute.ts";
import { add } from "./add.ts";
import { all } from "./all.ts";
import { equal, lessEqual } from "./compare.ts";
import { isfinite } from "./isfinite.ts";
import { isnan } from "./isnan.ts";
import { logicalAnd, logicalOr } from "./logical.ts";
import { multiply } from "./multiply.ts";
import { subtract } from "./subtract.ts";

interface CloseAttrs {
  readonly [key: string]: unknown;
  readonly rtol: number;
  readonly atol: number;
  readonly equalNan: boolean;
}

/** Options of `isclose` and `allclose`. */
export interface CloseOptions {
  /** Tolerance relative to `x2`. Default 1e-5. */
  readonly rtol?: number | undefined;
  /** Absolute tolerance. Default 1e-8. */
  readonly atol?: number | undefined;
  /** Whether NaN is close to NaN. Default false. */
  readonly equalNan?: boolean | undefined;
}

export const iscloseOp: OpDef<CloseAttrs> = defineOp<CloseAttrs>({
  name: "isclose",
  keras: "keras.src.ops.numpy.Isclose",
  promote: "float",
  infer: ([x, y]) => [{ shape: broadcastShapes([x!.shape, y!.shape], "isclose"), dtype: "bool" }],
  decompose: ([x, y], { rtol, atol, equalNan }) => {
    const near = lessEqual(absolute(subtract(x!, y!)), add(multiply(absolute(y!), rtol), atol));
    const finite = logicalAnd(isfinite(x!), isfinite(y!));
    const close = logicalOr(logicalAnd(near, finite), equal(x!, y!));
    return [equalNan ? logicalOr(close, logicalAnd(isnan(x!), isnan(y!))) : close];
  },
  vjp: null,
});

/**
 * Whether two values are equal within a tolerance, element by element: `|x1 - x2| <= atol + rtol · |x2|`.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @param options - `rtol`, `atol`, `equalNan`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.isclose([1, 2], [1.000001, 2.1]).array()); // [true, false]
 * ```
 */
export function isclose(x1: KerasTensor, x2: Other, options?: CloseOptions): KerasTensor;
export function isclose(x1: Other, x2: KerasTensor, options?: CloseOptions): KerasTensor;
export function isclose(x1: TensorLike, x2: TensorLike, options?: CloseOptions): Tensor;
export function isclose(
  x1: Other,
  x2: Other,
  { rtol = 1e-5, atol = 1e-8, equalNan = false }: CloseOptions = {},
): Tensor | KerasTensor {
  return apply(iscloseOp, [x1, x2], { rtol, atol, equalNan })[0]!;
}

export const allcloseOp: OpDef<CloseAttrs> = defineOp<CloseAttrs>({
  name: "allclose",
  keras: "keras.src.ops.numpy.Allclose",
  promote: "float",
  infer: () => [{ shape: [], dtype: "bool" }],
  decompose: ([x, y], attrs) => [all(isclose(x!, y!, attrs))],
  vjp: null,
});

/**
 * Whether all elements of two values are equal within a tolerance; see `isclose`.
 *
 * @param x1 - Any shape that broadcasts with `x2`.
 * @param x2 - Any shape that broadcasts with `x1`.
 * @param options - `rtol`, `atol`, `equalNan`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.allclose([1, 2], [1.000001, 2]).item()); // true
 * ```
 */
export function allclose(x1: KerasTensor, x2: Other, options?: CloseOptions): KerasTensor;
export function allclose(x1: Other, x2: KerasTensor, options?: CloseOptions): KerasTensor;
export function allclose(x1: TensorLike, x2: TensorLike, options?: CloseOptions): Tensor;
export function allclose(
  x1: Other,
  x2: Other,
  { rtol = 1e-5, atol = 1e-8, equalNan = false }: CloseOptions = {},
): Tensor | KerasTensor {
  return apply(allcloseOp, [x1, x2], { rtol, atol, equalNan })[0]!;
}
