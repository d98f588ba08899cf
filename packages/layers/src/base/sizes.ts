import { ArgumentError, formatShape, imageDataFormat, ShapeError } from "@keras/ops";
import type { LayerShape } from "./types.ts";

/** Where an image's channels are. */
export type DataFormat = "channels_last" | "channels_first";

/** Checks a count such as `units` or `filters`. @throws {ArgumentError} unless it is a positive integer. */
export function positiveInteger(value: unknown, name: string, layer: string): number {
  if (!Number.isInteger(value) || (value as number) <= 0)
    throw new ArgumentError(`${name} must be a positive integer, got ${JSON.stringify(value)}`, { layer });
  return value as number;
}

/**
 * One size per spatial axis: a number stands for all of them.
 *
 * @throws {ArgumentError} unless there are `rank` of them, positive integers (or 0, where that is allowed).
 */
export function sizePerAxis(
  value: number | readonly number[],
  rank: number,
  name: string,
  layer: string,
  allowZero = false,
): readonly number[] {
  const sizes = typeof value === "number" ? new Array<number>(rank).fill(value) : [...value];
  if (sizes.length !== rank || sizes.some((d) => !Number.isInteger(d) || d < 0 || (d === 0 && !allowZero))) {
    throw new ArgumentError(`${name} must be a positive integer or ${rank} of them, got ${JSON.stringify(value)}`, {
      layer,
    });
  }
  return sizes;
}

/** One of a list of names. @throws {ArgumentError} on any other, listing them. */
export function oneOf<T extends string>(value: T, names: readonly T[], name: string, layer: string): T {
  const lower = typeof value === "string" ? (value.toLowerCase() as T) : value;
  if (!names.includes(lower))
    throw new ArgumentError(
      `${name} must be one of ${names.map((n) => `'${n}'`).join(", ")}, got ${JSON.stringify(value)}`,
      { layer },
    );
  return lower;
}

/** A data format; null is the global one. */
export function dataFormatOf(value: DataFormat | null, layer: string): DataFormat {
  return oneOf(value ?? imageDataFormat(), ["channels_last", "channels_first"], "dataFormat", layer);
}

/** A size that weights depend on. @throws {ShapeError} when it is not known. */
export function knownSize(shape: LayerShape, axis: number, layer: string): number {
  const size = shape.at(axis);
  if (typeof size !== "number")
    throw new ShapeError(
      `axis ${axis} of the input must have a known size, but the input has shape ${formatShape(shape)}`,
      { layer },
    );
  return size;
}
