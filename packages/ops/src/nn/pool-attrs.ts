import type { Dim } from "../dim.ts";
import type { Spec } from "../shape.ts";
import { imageShape, spatialSizes } from "./conv-attrs.ts";
import type { DataFormat } from "./data-format.ts";
import { padAxis, paddingOf, perAxis, slidSize, spatialAxes, type Padding } from "./window.ts";

/** Attributes of the pooling primitives: see `primitives.ts`. @internal */
export interface PoolAttrs extends Readonly<Record<string, unknown>> {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [Dim, Dim])[];
}

/** Arguments of pooling as users give them, all filled in. @internal */
export interface GivenPool extends Readonly<Record<string, unknown>> {
  readonly poolSize: number | readonly number[];
  readonly strides: number | readonly number[] | null;
  readonly padding: Padding;
  readonly dataFormat: DataFormat;
}

/** Options of `maxPool` and `averagePool`. */
export interface PoolOptions {
  /** Step of the window, one for all axes or one each; default: the window's size. */
  readonly strides?: number | readonly number[] | null | undefined;
  /** Default `valid`. */
  readonly padding?: Padding | undefined;
  /** Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null | undefined;
}

/**
 * Arguments per axis, for an input of this shape.
 *
 * @throws {ShapeError} when the rank does not fit.
 * @throws {ArgumentError} when an argument has a wrong length or value.
 * @internal
 */
export function resolvePool(x: Spec, { poolSize, strides, padding, dataFormat }: GivenPool, op: string): PoolAttrs {
  const axes = spatialAxes(x.shape, op);
  const window = perAxis(poolSize, axes, "pool size", op);
  const steps = perAxis(strides ?? poolSize, axes, "strides", op);
  const kind = paddingOf(padding, ["valid", "same"], op);
  return {
    window,
    strides: steps,
    padding: spatialSizes(x.shape, dataFormat).map((size, i) => padAxis(size, window[i]!, steps[i]!, kind, op)),
  };
}

/** Output shape of pooling. @internal */
export function poolShape(
  x: readonly Dim[],
  { window, strides, padding }: PoolAttrs,
  format: DataFormat,
  op: string,
): readonly Dim[] {
  const sizes = spatialSizes(x, format).map((size, i) => slidSize(size, window[i]!, strides[i]!, padding[i]!, op));
  return imageShape(x[0]!, sizes, format === "channels_last" ? x.at(-1)! : x[1]!, format);
}
