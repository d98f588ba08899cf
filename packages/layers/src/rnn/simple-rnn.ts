import { SIMPLE_RNN_OPTIONS, SimpleRNNCell, type SimpleRNNCellConfig } from "./simple-rnn-cell.ts";
import { UnitRNN, type RecurrentConfig } from "./rnn.ts";

/** Options of {@link SimpleRNN}. */
export interface SimpleRNNConfig extends SimpleRNNCellConfig, RecurrentConfig {
  /** Accepted for Keras's sake: which kernels run is up to the backend. */
  readonly useCudnn?: "auto" | boolean | undefined;
}

/**
 * A fully connected recurrence: `[batch, steps, features]` → `[batch, units]`, or `[batch, steps, units]` with `returnSequences`.
 *
 * @throws {ArgumentError} when `units` is not a positive integer.
 * @throws {ShapeError} when the input has not three axes, or a stateful layer's batch size is unknown.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.SimpleRNN({ units: 4, returnSequences: true });
 * console.log((layer.apply(ops.ones([2, 5, 3])) as ops.Tensor).shape); // [2, 5, 4]
 * ```
 */
export class SimpleRNN extends UnitRNN<SimpleRNNConfig> {
  static override readonly className: string = "SimpleRNN";
  static override readonly module: string = "keras.layers";

  constructor(config: SimpleRNNConfig) {
    super(config, SIMPLE_RNN_OPTIONS, "simple_rnn_cell", (c: SimpleRNNCellConfig) => new SimpleRNNCell(c));
  }

  /** Keras leaves the seed out. */
  override getConfig(): Record<string, unknown> {
    const { seed: _, ...config } = super.getConfig();
    return config;
  }
}
