import { ArgumentError } from "@keras/ops";
import type { DataFormat } from "../base/sizes.ts";

/** How much is meant at both ends of each spatial axis: one number for all, one per axis, or a pair per axis. */
export type Edges = number | readonly (number | readonly [number, number])[];

/** A pair for each axis. In one dimension, two numbers are the two ends. @throws {ArgumentError} on anything that is none. */
export function edgePairs(
  value: Edges,
  rank: number,
  name: string,
  layer: string,
): readonly (readonly [number, number])[] {
  const fail = (): never => {
    throw new ArgumentError(
      `${name} is a number, or one or two numbers per spatial axis, none negative; got ${JSON.stringify(value)}`,
      { layer },
    );
  };
  const pair = (x: unknown): readonly [number, number] => {
    const both = Array.isArray(x) ? (x as readonly unknown[]) : [x, x];
    if (both.length !== 2 || !both.every((d) => Number.isInteger(d) && (d as number) >= 0)) fail();
    return both as unknown as readonly [number, number];
  };
  if (typeof value === "number") return new Array<number>(rank).fill(value).map(pair);
  if (!Array.isArray(value)) fail();
  const list = value as readonly unknown[];
  if (rank === 1) return [pair(list.length === 1 && Array.isArray(list[0]) ? list[0] : list)];
  return list.length === rank ? list.map(pair) : fail();
}

/** The same with pairs for the batch and channel axes. */
export function onAllAxes<T>(spatial: readonly T[], rest: T, dataFormat: DataFormat): readonly T[] {
  return dataFormat === "channels_first" ? [rest, rest, ...spatial] : [rest, ...spatial, rest];
}
