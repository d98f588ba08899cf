import { add, matmul, multiply, subtract, type Tensor } from "@keras/ops";
import { getActivation, type ActivationFn, type ActivationOption } from "../activations/get.ts";
import type { InitializerOption } from "../initializers/get.ts";
import { cellDefaults, GatedCell, type CellConfig, type OwnDefaults } from "./cell.ts";

/** Options of its own. @internal */
export const GRU_OPTIONS: OwnDefaults = {
  activations: { activation: "tanh", recurrentActivation: "sigmoid" },
  last: { resetAfter: true },
};

/** Options of {@link GRUCell}. */
export interface GRUCellConfig extends CellConfig {
  /** Activation of the gates. Default `sigmoid`. */
  readonly recurrentActivation?: ActivationOption | undefined;
  /** Whether the reset gate acts after the product with the kernel (then there are two biases), or before it. Default true. */
  readonly resetAfter?: boolean | undefined;
}

/**
 * One step of a gated recurrent unit. Gates in the kernels: update, reset, state. Cho et al. 2014.
 *
 * @throws {ArgumentError} when `units` is not a positive integer.
 */
export class GRUCell extends GatedCell<GRUCellConfig> {
  static override readonly className: string = "GRUCell";
  static override readonly module: string = "keras.layers";
  readonly recurrentActivation: ActivationFn;
  readonly resetAfter: boolean;

  constructor(config: GRUCellConfig) {
    super(3, config, cellDefaults(GRU_OPTIONS));
    this.recurrentActivation = getActivation(this.config.recurrentActivation);
    this.resetAfter = this.config.resetAfter;
  }

  get stateSize(): number {
    return this.units;
  }

  override biasOptions(): { readonly shape: readonly number[]; readonly initializer?: InitializerOption } {
    return { shape: this.resetAfter ? [2, this.units * 3] : [this.units * 3] };
  }

  override project(inputs: Tensor, masks: readonly Tensor[] | null): Tensor {
    const x = this.maskedProduct(inputs, this.kernel, masks);
    if (!this.bias) return x;
    return add(x, this.resetAfter ? this.bias.getItem(0) : this.bias);
  }

  override advance(
    projected: Tensor,
    [h]: readonly Tensor[],
    masks: readonly Tensor[] | null,
  ): readonly [Tensor, readonly Tensor[]] {
    const x = (i: number): Tensor => this.gate(projected, i);
    const [update, candidate] = this.resetAfter ? this.resetLate(x, h!, masks) : this.resetEarly(x, h!, masks);
    const next = add(multiply(update, h!), multiply(subtract(1, update), candidate));
    return [next, [next]];
  }

  /** One product with the recurrent kernel; the reset gate scales its last part. */
  resetLate(x: (i: number) => Tensor, h: Tensor, masks: readonly Tensor[] | null): readonly [Tensor, Tensor] {
    const product = this.maskedProduct(h, this.recurrentKernel, masks);
    const inner = this.bias ? add(product, this.bias.getItem(1)) : product;
    const update = this.recurrentActivation(add(x(0), this.gate(inner, 0)));
    const reset = this.recurrentActivation(add(x(1), this.gate(inner, 1)));
    return [update, this.activation(add(x(2), multiply(reset, this.gate(inner, 2))))];
  }

  /** The reset gate scales the state before its product. */
  resetEarly(x: (i: number) => Tensor, h: Tensor, masks: readonly Tensor[] | null): readonly [Tensor, Tensor] {
    const kernel = this.recurrentKernel.value;
    const masked = (i: number): Tensor => (masks ? multiply(h, masks[i % masks.length]!) : h);
    const update = this.recurrentActivation(add(x(0), matmul(masked(0), this.gate(kernel, 0))));
    const reset = this.recurrentActivation(add(x(1), matmul(masked(1), this.gate(kernel, 1))));
    return [update, this.activation(add(x(2), matmul(multiply(reset, masked(2)), this.gate(kernel, 2))))];
  }
}
