import { add, type Tensor } from "@keras/ops";
import { cellDefaults, GatedCell, type CellConfig, type OwnDefaults } from "./cell.ts";

/** Options of its own. @internal */
export const SIMPLE_RNN_OPTIONS: OwnDefaults = { activations: { activation: "tanh" } };

/** Options of {@link SimpleRNNCell}. */
export interface SimpleRNNCellConfig extends CellConfig {}

/**
 * One step of a fully connected recurrence: `activation(x · kernel + h · recurrentKernel + bias)`.
 *
 * @throws {ArgumentError} when `units` is not a positive integer.
 */
export class SimpleRNNCell extends GatedCell<SimpleRNNCellConfig> {
  static override readonly className: string = "SimpleRNNCell";
  static override readonly module: string = "keras.layers";

  constructor(config: SimpleRNNCellConfig) {
    super(1, config, cellDefaults(SIMPLE_RNN_OPTIONS));
  }

  get stateSize(): number {
    return this.units;
  }

  override project(inputs: Tensor, masks: readonly Tensor[] | null): Tensor {
    const x = this.maskedProduct(inputs, this.kernel, masks);
    return this.bias ? add(x, this.bias) : x;
  }

  override advance(
    projected: Tensor,
    [h]: readonly Tensor[],
    masks: readonly Tensor[] | null,
  ): readonly [Tensor, readonly Tensor[]] {
    const output = this.activation(add(projected, this.maskedProduct(h!, this.recurrentKernel, masks)));
    return [output, [output]];
  }
}
