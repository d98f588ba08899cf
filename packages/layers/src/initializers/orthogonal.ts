import {
  eyeTensor,
  formatShape,
  multiply,
  qrFactors,
  reshape,
  ShapeError,
  sign,
  sum,
  transpose,
  type DType,
  type Tensor,
} from "@keras/ops";
import * as random from "@keras/ops/random";
import { RandomInitializer, type RandomInitializerConfig } from "./random-initializer.ts";

/** Options of {@link Orthogonal}. */
export interface OrthogonalConfig extends RandomInitializerConfig {
  /** Factor of the matrix. Default 1. */
  readonly gain?: number | undefined;
}

/**
 * A random matrix with orthonormal rows or columns, whichever are fewer. Further axes are folded into the first. Saxe et al. 2014.
 *
 * @throws {ShapeError} on weights of fewer than two axes.
 */
export class Orthogonal extends RandomInitializer {
  static override readonly className: string = "Orthogonal";
  static override readonly module: string = "keras.initializers";
  readonly gain: number;

  constructor(config: OrthogonalConfig = {}) {
    super(config);
    this.gain = Number(config.gain ?? 1);
  }

  override call(shape: readonly number[], dtype: DType): Tensor {
    if (shape.length < 2)
      throw new ShapeError(
        `the orthogonal initializer needs at least two axes, not a weight of shape ${formatShape(shape)}`,
      );
    const cols = shape.at(-1)!;
    const rows = shape.slice(0, -1).reduce((n, d) => n * d, 1);
    const a = random.normal([Math.max(rows, cols), Math.min(rows, cols)], { seed: this.seed, dtype });
    const [q, r] = qrFactors(a);
    // Makes the decomposition, and with it the distribution, unique.
    const diagonal = sum(multiply(r, eyeTensor(r.shape[0]!, r.shape[1]!, dtype)), { axis: 0 });
    const unique = multiply(q, sign(diagonal));
    return multiply(reshape(rows < cols ? transpose(unique) : unique, shape), this.gain);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), gain: this.gain };
  }
}
