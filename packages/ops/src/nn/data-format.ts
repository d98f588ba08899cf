import { ArgumentError } from "../errors.ts";
import { runtime } from "../runtime.ts";

/** Where the channel axis of images stands: last, or behind the batch axis. */
export type DataFormat = "channels_last" | "channels_first";

/**
 * The format asked for, or the configured one.
 *
 * @throws {ArgumentError} when it is neither of the two.
 * @internal
 */
export function dataFormatOf(format: DataFormat | null | undefined, op: string): DataFormat {
  const name = format ?? runtime().config.imageDataFormat;
  if (name !== "channels_last" && name !== "channels_first") {
    throw new ArgumentError(`data format must be 'channels_last' or 'channels_first'; got '${String(name)}'`, { op });
  }
  return name;
}

/**
 * Index of the channel axis.
 *
 * @internal
 */
export function channelAxis(format: DataFormat, rank: number): number {
  return format === "channels_last" ? rank - 1 : 1;
}

/**
 * Permutation that moves the channels of an image behind its spatial axes.
 *
 * @internal
 */
export function toChannelsLast(rank: number): number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
}

/**
 * Permutation that moves the channels of an image in front of its spatial axes.
 *
 * @internal
 */
export function toChannelsFirst(rank: number): number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
}
