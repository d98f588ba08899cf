import { dim, type Shape } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { reshape } from "../numpy/reshape.ts";
import { transpose } from "../numpy/transpose.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { imageShape } from "./conv-attrs.ts";
import { dataFormatOf, type DataFormat } from "./data-format.ts";

/** Attributes of {@link depthToSpaceOp} and {@link spaceToDepthOp}. */
interface BlockAttrs extends Readonly<Record<string, unknown>> {
  readonly blockSize: number;
  readonly dataFormat: DataFormat;
}

/** [batch, height, width, channels] of an image in either layout. */
function parts(
  shape: Shape,
  format: DataFormat,
  op: string,
): readonly [Shape[number], Shape[number], Shape[number], Shape[number]] {
  if (shape.length !== 4) throw new ShapeError(`needs images of four axes, got shape ${formatShape(shape)}`, { op });
  const [a, b, c, d] = shape;
  return format === "channels_last" ? [a!, b!, c!, d!] : [a!, c!, d!, b!];
}

function divisible(size: Shape[number], by: number, what: string, op: string): void {
  if (dim.isStatic(size) && size % by !== 0)
    throw new ShapeError(`the ${what} (${size}) must be a multiple of ${by}`, { op });
}

function checkBlock(blockSize: number, op: string): void {
  if (!Number.isInteger(blockSize) || blockSize < 2)
    throw new ArgumentError(`the block size must be a whole number of at least 2, got ${String(blockSize)}`, { op });
}

export const depthToSpaceOp: OpDef<BlockAttrs> = defineOp<BlockAttrs>({
  name: "depth_to_space",
  keras: "keras.src.ops.nn.DepthToSpace",
  infer: ([x], { blockSize, dataFormat }) => {
    const [n, h, w, c] = parts(x!.shape, dataFormat, "depth_to_space");
    divisible(c, blockSize ** 2, "number of channels", "depth_to_space");
    return [
      {
        shape: imageShape(
          n,
          [dim.mul(h, blockSize), dim.mul(w, blockSize)],
          dim.floordiv(c, blockSize ** 2),
          dataFormat,
        ),
        dtype: x!.dtype,
      },
    ];
  },
  decompose: ([x], { blockSize: s, dataFormat }) => {
    const [n, h, w, c] = parts(x!.shape, dataFormat, "depth_to_space");
    const fewer = dim.floordiv(c, s ** 2);
    const shape = imageShape(n, [dim.mul(h, s), dim.mul(w, s)], fewer, dataFormat);
    if (dataFormat === "channels_last")
      return [reshape(transpose(reshape(x!, [n, h, w, s, s, fewer]), [0, 1, 3, 2, 4, 5]), shape)];
    return [reshape(transpose(reshape(x!, [n, fewer, s, s, h, w]), [0, 1, 4, 2, 5, 3]), shape)];
  },
  inline: true,
});

export const spaceToDepthOp: OpDef<BlockAttrs> = defineOp<BlockAttrs>({
  name: "space_to_depth",
  keras: "keras.src.ops.nn.SpaceToDepth",
  infer: ([x], { blockSize, dataFormat }) => {
    const [n, h, w, c] = parts(x!.shape, dataFormat, "space_to_depth");
    divisible(h, blockSize, "height", "space_to_depth");
    divisible(w, blockSize, "width", "space_to_depth");
    return [
      {
        shape: imageShape(
          n,
          [dim.floordiv(h, blockSize), dim.floordiv(w, blockSize)],
          dim.mul(c, blockSize ** 2),
          dataFormat,
        ),
        dtype: x!.dtype,
      },
    ];
  },
  decompose: ([x], { blockSize: s, dataFormat }) => {
    const [n, h, w, c] = parts(x!.shape, dataFormat, "space_to_depth");
    const [rows, columns] = [dim.floordiv(h, s), dim.floordiv(w, s)];
    const shape = imageShape(n, [rows, columns], dim.mul(c, s ** 2), dataFormat);
    if (dataFormat === "channels_last")
      return [reshape(transpose(reshape(x!, [n, rows, s, columns, s, c]), [0, 1, 3, 2, 4, 5]), shape)];
    return [reshape(transpose(reshape(x!, [n, c, rows, s, columns, s]), [0, 1, 3, 5, 2, 4]), shape)];
  },
  inline: true,
});

/** Options of {@link depthToSpace} and {@link spaceToDepth}. */
export interface BlockOptions {
  /** Default `channels_last`. */
  readonly dataFormat?: DataFormat | undefined;
}

/**
 * Moves blocks of channels into space: sizes grow by the block size, channels become fewer. Also called pixel shuffle.
 *
 * Source: Shi et al., Real-Time Single Image and Video Super-Resolution (2016).
 *
 * @param x - [batch, height, width, channels], or [batch, channels, height, width] with `dataFormat: "channels_first"`.
 * @param blockSize - At least 2.
 * @throws {ShapeError} unless the channels are a multiple of blockSize².
 * @throws {ArgumentError} when the block size is less than 2.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.depthToSpace(ops.zeros([1, 2, 2, 12]), 2).shape); // [1, 4, 4, 3]
 * ```
 */
export function depthToSpace(x: KerasTensor, blockSize: number, options?: BlockOptions): KerasTensor;
export function depthToSpace(x: TensorLike, blockSize: number, options?: BlockOptions): Tensor;
export function depthToSpace(x: Other, blockSize: number, options: BlockOptions = {}): Tensor | KerasTensor {
  checkBlock(blockSize, "depth_to_space");
  return apply(depthToSpaceOp, [x], {
    blockSize,
    dataFormat: dataFormatOf(options.dataFormat ?? "channels_last", "depth_to_space"),
  })[0]!;
}

/**
 * Moves blocks of space into channels: the inverse of {@link depthToSpace}.
 *
 * @param x - [batch, height, width, channels], or [batch, channels, height, width] with `dataFormat: "channels_first"`.
 * @param blockSize - At least 2.
 * @throws {ShapeError} unless height and width are multiples of the block size.
 * @throws {ArgumentError} when the block size is less than 2.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.spaceToDepth(ops.zeros([1, 4, 4, 3]), 2).shape); // [1, 2, 2, 12]
 * ```
 */
export function spaceToDepth(x: KerasTensor, blockSize: number, options?: BlockOptions): KerasTensor;
export function spaceToDepth(x: TensorLike, blockSize: number, options?: BlockOptions): Tensor;
export function spaceToDepth(x: Other, blockSize: number, options: BlockOptions = {}): Tensor | KerasTensor {
  checkBlock(blockSize, "space_to_depth");
  return apply(spaceToDepthOp, [x], {
    blockSize,
    dataFormat: dataFormatOf(options.dataFormat ?? "channels_last", "space_to_depth"),
  })[0]!;
}
