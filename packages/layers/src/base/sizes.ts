import { ArgumentError, formatShape, ShapeError } from "@keras/ops";
import type { LayerShape } from "./types.ts";

/** Checks a count such as `units` or `filters`. @throws {ArgumentError} unless it is a positive integer. */
export function positiveInteger(value: unknown, name: string, layer: string): number {
  if (!Number.isInteger(value) || (value as number) <= 0) throw new ArgumentError(`${name} must be a positive integer, got ${JSON.stringify(value)}`, { layer });
  return value as number;
}

/** A size that weights depend on. @throws {ShapeError} when it is not known. */
export function knownSize(shape: LayerShape, axis: number, layer: string): number {
  const size = shape.at(axis);
  if (typeof size !== "number") throw new ShapeError(`axis ${axis} of the input must have a known size, but the input has shape ${formatShape(shape)}`, { layer });
  return size;
}
