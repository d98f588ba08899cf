import { LSTM_OPTIONS, LSTMCell, type LSTMCellConfig } from "./lstm-cell.ts";
import { UnitRNN, type RecurrentConfig } from "./rnn.ts";

/** Options of {@link LSTM}. */
export interface LSTMConfig extends LSTMCellConfig, RecurrentConfig {
  /** Accepted for Keras's sake: which kernels run is up to the backend. */
  readonly useCudnn?: "auto" | boolean | undefined;
}

/**
 * A long short-term memory: `[batch, steps, features]` → `[batch, units]`, or `[batch, steps, units]` with `returnSequences`; with
 * `returnState`, `[output, h, c]`. Hochreiter and Schmidhuber 1997.
 *
 * @throws {ArgumentError} when `units` is not a positive integer.
 * @throws {ShapeError} when the input has not three axes, or a stateful layer's batch size is unknown.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.LSTM({ units: 4, returnSequences: true });
 * console.log((layer.apply(ops.ones([2, 5, 3])) as ops.Tensor).shape); // [2, 5, 4]
 * ```
 */
export class LSTM extends UnitRNN<LSTMConfig> {
  static override readonly className: string = "LSTM";
  static override readonly module: string = "keras.layers";

  constructor(config: LSTMConfig) {
    super(config, LSTM_OPTIONS, "lstm_cell", (c: LSTMCellConfig) => new LSTMCell(c));
  }
}
