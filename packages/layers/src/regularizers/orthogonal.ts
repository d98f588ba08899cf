import {
  absolute,
  ArgumentError,
  divide,
  eyeTensor,
  formatShape,
  matmul,
  maximum,
  multiply,
  rsqrt,
  ShapeError,
  square,
  subtract,
  sum,
  transpose,
  type Tensor,
} from "@keras/ops";
import { checkFactor } from "./l1l2.ts";
import { Regularizer } from "./regularizer.ts";

/** Options of {@link OrthogonalRegularizer}. */
export interface OrthogonalRegularizerConfig {
  /** Default 0.01. */
  readonly factor?: number | undefined;
  /** Which vectors of the matrix should be orthogonal. Default `rows`. */
  readonly mode?: "rows" | "columns" | undefined;
}

/**
 * Mean absolute cosine between pairs of rows (or columns) of a matrix, times a factor.
 *
 * @throws {ArgumentError} on an unknown mode. @throws {ShapeError} on weights that are no matrices.
 */
export class OrthogonalRegularizer extends Regularizer {
  static override readonly className: string = "OrthogonalRegularizer";
  static override readonly module: string = "keras.regularizers";
  readonly factor: number;
  readonly mode: "rows" | "columns";

  constructor(config: OrthogonalRegularizerConfig = {}) {
    super();
    this.factor = Math.fround(checkFactor(config.factor ?? 0.01, "factor"));
    this.mode = config.mode ?? "rows";
    if (this.mode !== "rows" && this.mode !== "columns")
      throw new ArgumentError(`mode is 'rows' or 'columns', got '${String(this.mode)}'`);
  }

  override call(x: Tensor): Tensor {
    if (x.ndim !== 2) throw new ShapeError(`the orthogonal regularizer takes matrices, not ${formatShape(x.shape)}`);
    const axis = this.mode === "rows" ? 1 : 0;
    const unit = multiply(x, rsqrt(maximum(sum(square(x), { axis, keepdims: true }), 1e-12)));
    const products = this.mode === "rows" ? matmul(unit, transpose(unit)) : matmul(transpose(unit), unit);
    const size = x.shape[1 - axis]!;
    const others = multiply(products, subtract(1, eyeTensor(size, size, x.dtype)));
    return divide(multiply(sum(absolute(others)), this.factor * 0.5), (size * (size - 1)) / 2);
  }

  override getConfig(): Record<string, unknown> {
    return { factor: this.factor, mode: this.mode };
  }
}
