import { dim, type Dim } from "../dim.ts";
import { isFloat } from "../dtype.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import type { DataFormat } from "../nn/data-format.ts";
import { formatShape, type Spec } from "../shape.ts";

/** Where the axes of an image are. @internal */
export interface ImageAxes {
  readonly height: number;
  readonly width: number;
  readonly channel: number;
}

/**
 * Axes of one image [height, width, channels] or a batch of them, or with channels in front.
 *
 * @throws {ShapeError} on another rank.
 * @internal
 */
export function imageAxes(x: Spec, format: DataFormat, op: string): ImageAxes {
  const rank = x.shape.length;
  if (rank !== 3 && rank !== 4)
    throw new ShapeError(`needs one image or a batch of images, 3 or 4 axes; got shape ${formatShape(x.shape)}`, {
      op,
    });
  return format === "channels_last"
    ? { height: rank - 3, width: rank - 2, channel: rank - 1 }
    : { height: rank - 2, width: rank - 1, channel: rank - 3 };
}

/**
 * @throws {ShapeError} unless the images have three channels.
 * @throws {DTypeError} unless they are floats.
 * @internal
 */
export function checkColor(x: Spec, format: DataFormat, op: string): ImageAxes {
  const axes = imageAxes(x, format, op);
  if (!isFloat(x.dtype))
    throw new DTypeError(`colors must be floats, got ${x.dtype}: cast and scale them to [0, 1]`, { op });
  const channels: Dim = x.shape[axes.channel]!;
  if (dim.isStatic(channels) && channels !== 3)
    throw new ShapeError(`needs 3 channels, got ${channels} (${formatShape(x.shape)}, ${format})`, { op });
  return axes;
}
