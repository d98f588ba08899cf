import { dim, itemBytes, type Dim, type Shape } from "@keras/ops";
import { concat, gather, pad, reshape, slice } from "../emit/ops.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";
import type { ConvAttrs } from "./conv.ts";

/*
 * The columns of a convolution ("im2col"): one row per output position with the inputs its window covers, so that the convolution and
 * its kernel's gradient are matrix products. The same input asks for the same nodes, so both share one set of columns.
 */

/** Whether positions can be listed beforehand: all sizes but the batch must be numbers. */
export function canUseColumns(x: Val, { padding }: ConvAttrs): boolean {
  return [...x.shape.slice(1), ...padding.flat()].every((d) => dim.isStatic(d));
}

/** Memory that the columns take. Infinite where the batch is not known. */
export function columnsBytes(x: Val, kernelShape: Shape, output: Shape): number {
  const rows = dim.product(output.slice(0, -1));
  const width = dim.product(kernelShape.slice(0, -1));
  return dim.isStatic(rows) && dim.isStatic(width) ? rows * width * itemBytes(x.dtype) : Number.POSITIVE_INFINITY;
}

/** Position of each tap of each window along one axis, or -1 where it falls on padding or between spread elements. */
function positions(size: number, kernel: number, count: number, axis: number, attrs: ConvAttrs): number[][] {
  const spread = attrs.inputDilation[axis]!;
  const low = attrs.padding[axis]![0] as number;
  return Array.from({ length: count }, (_, o) =>
    Array.from({ length: kernel }, (_, k) => {
      const at = o * attrs.strides[axis]! + k * attrs.kernelDilation[axis]! - low;
      return at % spread === 0 && at >= 0 && at / spread < size ? at / spread : -1;
    }),
  );
}

/** The flat position of each tap of each output position, row-major; `size` (one past the end) where there is no input. */
function indexGrid(
  x: Shape,
  kernelShape: Shape,
  attrs: ConvAttrs,
  output: Shape,
): { index: number[]; outside: boolean } {
  const sizes = x.slice(1, -1) as readonly number[];
  let grid: { place: number; tap: number; at: number }[] = [{ place: 0, tap: 0, at: 0 }];
  const kernel = kernelShape.slice(0, sizes.length) as readonly number[];
  const counts = output.slice(1, -1) as readonly number[];
  sizes.forEach((size, axis) => {
    const line = positions(size, kernel[axis]!, counts[axis]!, axis, attrs);
    grid = grid.flatMap(({ place, tap, at }) =>
      line.flatMap((row, o) =>
        row.map((p, k) => ({
          place: place * counts[axis]! + o,
          tap: tap * kernel[axis]! + k,
          at: at < 0 || p < 0 ? -1 : at * size + p,
        })),
      ),
    );
  });
  const taps = kernel.reduce((n, d) => n * d, 1);
  const end = sizes.reduce((n, d) => n * d, 1);
  const index = new Array<number>(grid.length);
  for (const { place, tap, at } of grid) index[place * taps + tap] = at < 0 ? end : at;
  return { index, outside: grid.some((p) => p.at < 0) };
}

/** [n, ...spatial, c] → [n · positions, taps · c]. */
export function columns(e: Emitter, x: Val, kernelShape: Shape, attrs: ConvAttrs, output: Shape): Val {
  const batch = x.shape[0]!;
  const channels = x.shape.at(-1)!;
  const taps = dim.product(kernelShape.slice(0, x.shape.length - 2)) as number;
  const rows = dim.product(output.slice(0, -1));
  const sliced = channels === 1 ? slicedColumns(e, x, kernelShape, attrs, output) : null;
  if (sliced) return reshape(e, sliced, [rows, taps]);
  const { index, outside } = indexGrid(x.shape, kernelShape, attrs, output);
  const size = dim.product(x.shape.slice(1, -1));
  const flat = reshape(e, x, [batch, size, channels]);
  // Everything outside reads one row of zeros behind the last position.
  const source = outside ? pad(e, flat, [0, 0, 0], [0, 1, 0]) : flat;
  const taken = gather(e, source, e.constant(index, [index.length], "int32"), 1);
  return reshape(e, taken, [rows, dim.mul(taps, channels)]);
}

/** With one channel a gather would copy single numbers: whole slices, one per tap, are joined instead. */
function slicedColumns(e: Emitter, x: Val, kernelShape: Shape, attrs: ConvAttrs, output: Shape): Val | null {
  if (attrs.inputDilation.some((d) => d !== 1)) return null;
  const axes = attrs.strides.map((_, i) => i + 1);
  const amounts = attrs.padding as readonly (readonly [number, number])[];
  if (amounts.flat().some((d) => d < 0)) return null;
  const each = (side: 0 | 1): Dim[] => [0, ...amounts.map((p) => p[side]), 0];
  const padded = pad(e, x, each(0), each(1));
  const kernel = kernelShape.slice(0, axes.length) as readonly number[];
  let offsets: number[][] = [[]];
  kernel.forEach((size, i) => {
    offsets = offsets.flatMap((o) => Array.from({ length: size }, (_, k) => [...o, k * attrs.kernelDilation[i]!]));
  });
  const slices = offsets.map((starts) => {
    const limits = starts.map((s, i) => s + ((output[i + 1] as number) - 1) * attrs.strides[i]! + 1);
    return slice(e, padded, axes, starts, limits, attrs.strides);
  });
  return concat(e, slices, x.shape.length - 1);
}
