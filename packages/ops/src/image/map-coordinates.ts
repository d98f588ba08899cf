import { shaped } from "../define/operand.ts";
import { toTensor } from "../convert.ts";
import { resultType } from "../dtype.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { getItem } from "../numpy/get-item.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { checkFillMode } from "./interpolation.ts";
import { sample, type FillMode, type SampleOrder } from "./sample.ts";

/** Attributes of {@link mapCoordinatesOp}. */
interface MapCoordinatesAttrs extends Readonly<Record<string, unknown>> {
  readonly order: SampleOrder;
  readonly fillMode: FillMode;
  readonly fillValue: number;
}

export const mapCoordinatesOp: OpDef<MapCoordinatesAttrs> = defineOp<MapCoordinatesAttrs>({
  name: "map_coordinates",
  keras: "keras.src.ops.image.MapCoordinates",
  promote: ([x, coordinates]) => [resultType(x!.dtype), resultType(coordinates!.dtype, "py:float")],
  infer: ([x, coordinates]) => {
    if (coordinates!.shape.length < 2 || coordinates!.shape[0] !== x!.shape.length) {
      throw new ShapeError(
        `coordinates of shape ${formatShape(coordinates!.shape)} must be [${x!.shape.length}, ...points], one row per axis of ${formatShape(x!.shape)}`,
        {
          op: "map_coordinates",
        },
      );
    }
    return [{ shape: coordinates!.shape.slice(1), dtype: x!.dtype }];
  },
  decompose: ([x, coordinates], { order, fillMode, fillValue }) => {
    const rows = Array.from({ length: x!.ndim }, (_, i) => getItem(coordinates!, i));
    return [sample(x!, rows, 0, order, fillMode, fillValue)];
  },
  inline: true,
});

/** Options of {@link mapCoordinates}. */
export interface MapCoordinatesOptions {
  /** What lies beyond the borders; default `constant`. */
  readonly fillMode?: FillMode | undefined;
  /** Value beyond the borders for `constant`; default 0. */
  readonly fillValue?: number | undefined;
}

/**
 * Values of an array at points between its elements.
 *
 * @param inputs - Any shape but a scalar.
 * @param coordinates - [axes, ...points]: for each axis of `inputs` where the points lie, counted in elements.
 * @param order - 0: the nearest element; 1: linear interpolation.
 * @returns [...points], of the dtype of `inputs`; integers are rounded.
 * @throws {ShapeError} when there are not as many coordinates as axes.
 * @throws {ArgumentError} on an unknown order or fill mode.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.image.mapCoordinates([10, 20], [[0.5, 1]], 1).array()); // [15, 20]
 * ```
 */
export function mapCoordinates(
  inputs: KerasTensor,
  coordinates: Other,
  order: 0 | 1,
  options?: MapCoordinatesOptions,
): KerasTensor;
export function mapCoordinates(
  inputs: Other,
  coordinates: KerasTensor,
  order: 0 | 1,
  options?: MapCoordinatesOptions,
): KerasTensor;
export function mapCoordinates(
  inputs: TensorLike,
  coordinates: TensorLike,
  order: 0 | 1,
  options?: MapCoordinatesOptions,
): Tensor;
export function mapCoordinates(
  inputs: Other,
  coordinates: Other,
  order: 0 | 1,
  options: MapCoordinatesOptions = {},
): Tensor | KerasTensor {
  const { fillMode = "constant", fillValue = 0 } = options;
  if (order !== 0 && order !== 1)
    throw new ArgumentError(`the order is 0 or 1, got ${String(order)}`, { op: "map_coordinates" });
  checkFillMode(fillMode, "map_coordinates");
  return apply(mapCoordinatesOp, [shaped(inputs), Array.isArray(coordinates) ? toTensor(coordinates) : coordinates], {
    order,
    fillMode,
    fillValue,
  })[0]!;
}
