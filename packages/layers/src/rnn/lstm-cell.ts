import { add, multiply, type Tensor } from "@keras/ops";
import { getActivation, type ActivationFn, type ActivationOption } from "../activations/get.ts";
import type { InitializerOption } from "../initializers/get.ts";
import type { Initializer } from "../initializers/initializer.ts";
import { cellDefaults, GatedCell, type CellConfig, type OwnDefaults } from "./cell.ts";
import { forgetGateBias } from "./forget-bias.ts";

/** Options of its own. @internal */
export const LSTM_OPTIONS: OwnDefaults = {
  activations: { activation: "tanh", recurrentActivation: "sigmoid" },
  bias: { unitForgetBias: true },
};

/** Options of {@link LSTMCell}. */
export interface LSTMCellConfig extends CellConfig {
  /** Activation of the gates. Default `sigmoid`. */
  readonly recurrentActivation?: ActivationOption | undefined;
  /** Whether the forget gate's bias begins at 1. Default true. */
  readonly unitForgetBias?: boolean | undefined;
}

/**
 * One step of a long short-term memory. Gates in the kernels: input, forget, cell, output. Hochreiter and Schmidhuber 1997.
 *
 * @throws {ArgumentError} when `units` is not a positive integer.
 */
export class LSTMCell extends GatedCell<LSTMCellConfig> {
  static override readonly className: string = "LSTMCell";
  static override readonly module: string = "keras.layers";
  readonly recurrentActivation: ActivationFn;

  constructor(config: LSTMCellConfig) {
    super(4, config, cellDefaults(LSTM_OPTIONS));
    this.recurrentActivation = getActivation(this.config.recurrentActivation);
  }

  get stateSize(): readonly number[] {
    return [this.units, this.units];
  }

  override biasOptions(): { readonly shape: readonly number[]; readonly initializer?: InitializerOption } {
    const shape = [this.units * 4];
    if (!this.config.unitForgetBias) return { shape };
    const given = (this as unknown as { biasInitializer: Initializer }).biasInitializer;
    return { shape, initializer: forgetGateBias(given, this.units) };
  }

  override project(inputs: Tensor, masks: readonly Tensor[] | null): Tensor {
    const x = this.maskedProduct(inputs, this.kernel, masks);
    return this.bias ? add(x, this.bias) : x;
  }

  override advance(
    projected: Tensor,
    [h, c]: readonly Tensor[],
    masks: readonly Tensor[] | null,
  ): readonly [Tensor, readonly Tensor[]] {
    const z = add(projected, this.maskedProduct(h!, this.recurrentKernel, masks));
    const [input, forget, output] = [0, 1, 3].map((i) => this.recurrentActivation(this.gate(z, i)));
    const cell = add(multiply(forget!, c!), multiply(input!, this.activation(this.gate(z, 2))));
    const next = multiply(output!, this.activation(cell));
    return [next, [next, cell]];
  }
}
