import {
  ArgumentError,
  formatShape,
  maximum,
  moveaxis,
  multiply,
  reshape,
  rsqrt,
  shape,
  ShapeError,
  square,
  sum,
  matmul,
  type Tensor,
} from "@keras/ops";
import { required, type LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { checkList } from "./base-merge.ts";

/** Options of {@link Dot}. */
export interface DotConfig extends LayerConfig {
  /** The axis to sum over, in both inputs or in each; never the batch. */
  readonly axes: number | readonly [number, number];
  /** Divide by the norms along these axes first: the cosine of the angle. Default false. */
  readonly normalize?: boolean | undefined;
}

/**
 * The products of two inputs, sample by sample: `[batch, ..., n]` and `[batch, n, ...]` → `[batch, ..., ...]`.
 *
 * @throws {ArgumentError} when the axes are no integers, or there are not two inputs.
 * @throws {ShapeError} when the sizes along the axes differ.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const y = new layers.Dot({ axes: 1 }).apply([ops.array([[1, 2]]), ops.array([[3, 4]])]);
 * console.log(await y.array()); // [[11]]
 * ```
 */
export class Dot extends Layer<DotConfig> {
  static override readonly className: string = "Dot";
  static override readonly module: string = "keras.layers";

  constructor(config: DotConfig) {
    super(config, { axes: required, normalize: false });
    const { axes } = this.config;
    const given: readonly unknown[] = Array.isArray(axes) ? axes : [axes, axes];
    if (given.length !== 2 || !given.every(Number.isInteger))
      throw new ArgumentError(`axes must be an integer or two of them, got ${JSON.stringify(axes)}`, {
        layer: this.name,
      });
    this.supportsMasking = true;
  }

  /** The axis of each input, counted from the front. */
  axesOf(ranks: readonly [number, number]): readonly [number, number] {
    const { axes } = this.config;
    const [a, b] = typeof axes === "number" ? [axes, axes] : axes;
    const found = [a < 0 ? a + ranks[0] : a, b < 0 ? b + ranks[1] : b] as const;
    if (found.includes(0)) throw new ArgumentError("the batch cannot be summed over", { layer: this.path });
    return found;
  }

  override build(inputShape: readonly LayerShape[]): void {
    const shapes = checkList(inputShape, 2, this.path);
    if (shapes.length !== 2) throw new ArgumentError("the layer is called on two tensors", { layer: this.path });
    const [a, b] = shapes as [LayerShape, LayerShape];
    const [i, j] = this.axesOf([a.length, b.length]);
    const [m, n] = [a[i], b[j]];
    if (typeof m === "number" && typeof n === "number" && m !== n)
      throw new ShapeError(
        `the sizes along the axes differ: ${m} at axis ${i} of ${formatShape(a)}, ${n} at axis ${j} of ${formatShape(b)}`,
        { layer: this.path },
      );
  }

  override call(inputs: readonly Tensor[], _options?: CallOptions): Tensor {
    const [x, y] = inputs as readonly [Tensor, Tensor];
    const [i, j] = this.axesOf([x.ndim, y.ndim]);
    const [a, b] = this.config.normalize ? [unit(x, i), unit(y, j)] : [x, y];
    // [batch, rows, n] and [batch, n, columns]: what else there is, is unfolded again afterwards.
    const [first, second] = [moveaxis(a, i, -1), moveaxis(b, j, 1)];
    const rows = shape(first).slice(1, -1);
    const columns = shape(second).slice(2);
    const left = rows.length === 1 ? first : reshape(first, [shape(first)[0]!, -1, first.shape.at(-1)!]);
    const right = columns.length === 1 ? second : reshape(second, [shape(second)[0]!, second.shape[1]!, -1]);
    const product = matmul(left, right);
    if (rows.length === 0 && columns.length === 0) return reshape(product, [shape(x)[0]!, 1]);
    return rows.length === 1 && columns.length === 1 ? product : reshape(product, [shape(x)[0]!, ...rows, ...columns]);
  }

  override computeMask(): null {
    return null;
  }
}

/** Vectors along an axis, of length 1. */
function unit(x: Tensor, axis: number): Tensor {
  return multiply(x, rsqrt(maximum(sum(square(x), { axis, keepdims: true }), 1e-12)));
}
