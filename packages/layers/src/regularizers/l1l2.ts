import { absolute, add, ArgumentError, multiply, square, sum, zeros, type Tensor } from "@keras/ops";
import { Regularizer } from "./regularizer.ts";

/** A factor as a number. @throws {ArgumentError} unless it is finite and not negative. */
export function checkFactor(value: number, name: string): number {
  const factor = Number(value);
  if (!Number.isFinite(factor) || factor < 0)
    throw new ArgumentError(`${name} must be a finite number that is not negative, got ${String(value)}`);
  return factor;
}

const l1Of = (x: Tensor, factor: number): Tensor => multiply(sum(absolute(x)), factor);
const l2Of = (x: Tensor, factor: number): Tensor => multiply(sum(square(x)), factor);

/**
 * `l1 · Σ|x|`.
 *
 * @throws {ArgumentError} on a negative factor.
 * @example
 * ```ts
 * import { regularizers } from "keras";
 * console.log(await new regularizers.L1({ l1: 0.5 }).apply([1, -2]).item()); // 1.5
 * ```
 */
export class L1 extends Regularizer {
  static override readonly className: string = "L1";
  static override readonly module: string = "keras.regularizers";
  readonly l1: number;

  /** @param config - `l1`: factor, default 0.01. */
  constructor(config: { readonly l1?: number | null | undefined } = {}) {
    super();
    this.l1 = Math.fround(checkFactor(config.l1 ?? 0.01, "l1"));
  }

  override call(x: Tensor): Tensor {
    return l1Of(x, this.l1);
  }

  override getConfig(): Record<string, unknown> {
    return { l1: this.l1 };
  }
}

/** `l2 · Σx²`. @throws {ArgumentError} on a negative factor. */
export class L2 extends Regularizer {
  static override readonly className: string = "L2";
  static override readonly module: string = "keras.regularizers";
  readonly l2: number;

  /** @param config - `l2`: factor, default 0.01. */
  constructor(config: { readonly l2?: number | null | undefined } = {}) {
    super();
    this.l2 = checkFactor(config.l2 ?? 0.01, "l2");
  }

  override call(x: Tensor): Tensor {
    return l2Of(x, this.l2);
  }

  override getConfig(): Record<string, unknown> {
    return { l2: this.l2 };
  }
}

/** `l1 · Σ|x| + l2 · Σx²`. @throws {ArgumentError} on a negative factor. */
export class L1L2 extends Regularizer {
  static override readonly className: string = "L1L2";
  static override readonly module: string = "keras.regularizers";
  readonly l1: number;
  readonly l2: number;

  /** @param config - `l1`, `l2`: factors, default 0. */
  constructor(config: { readonly l1?: number | null | undefined; readonly l2?: number | null | undefined } = {}) {
    super();
    this.l1 = checkFactor(config.l1 ?? 0, "l1");
    this.l2 = checkFactor(config.l2 ?? 0, "l2");
  }

  override call(x: Tensor): Tensor {
    const zero = zeros([], { dtype: x.dtype });
    const first = this.l1 === 0 ? zero : add(zero, l1Of(x, this.l1));
    return this.l2 === 0 ? first : add(first, l2Of(x, this.l2));
  }

  override getConfig(): Record<string, unknown> {
    return { l1: this.l1, l2: this.l2 };
  }
}
