import type { Tensor } from "@keras/ops";
import type { Defaults } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import type { RNNCallOptions, RecurrentConfig } from "./rnn.ts";
import { BaseRNN, RECURRENT_DEFAULTS } from "./rnn.ts";
import type { States } from "./cell.ts";
import { CONV_LSTM_DEFAULTS, ConvLSTMCell, type ConvLSTMCellConfig } from "./conv-lstm-cell.ts";
import type { LoopResult } from "./loop.ts";

/** Options of the convolutional LSTMs. */
export interface ConvLSTMConfig extends ConvLSTMCellConfig, RecurrentConfig {}

/** The activity regularizer stands between the other two kinds. */
const DEFAULTS: Defaults = Object.fromEntries(
  Object.entries({ ...RECURRENT_DEFAULTS, ...CONV_LSTM_DEFAULTS }).flatMap((entry) =>
    entry[0] === "kernelConstraint" ? [["activityRegularizer", null], entry] : [entry],
  ),
);

/** Base of the convolutional LSTMs. */
export abstract class BaseConvLSTM extends BaseRNN<ConvLSTMConfig> {
  constructor(rank: number, config: ConvLSTMConfig) {
    super(config, DEFAULTS, (c) => {
      const own = Object.fromEntries(Object.entries(c).filter(([key]) => key in CONV_LSTM_DEFAULTS));
      return new ConvLSTMCell(rank, { ...own, dtype: c.dtype, name: "conv_lstm_cell" } as ConvLSTMCellConfig);
    });
    this.inputSpec = new InputSpec({ ndim: rank + 3 });
  }

  override run(sequences: Tensor, initial: States, options: RNNCallOptions): LoopResult {
    const cell = this.cell as ConvLSTMCell;
    // One set of masks for the whole sequence.
    if (options.training) cell.masks = cell.drawMasks(sequences.getItem({}, 0), initial[0] as Tensor);
    try {
      return super.run(sequences, initial, options);
    } finally {
      cell.masks = null;
    }
  }

  /** The options of the cell in its own, resolved form. */
  override getConfig(): Record<string, unknown> {
    const config = super.getConfig();
    const cell = this.cell as ConvLSTMCell;
    const own = cell.getConfig();
    const { kernelSize, strides, dilationRate, dataFormat } = cell;
    const sizes = { kernelSize, strides, dilationRate, dataFormat };
    for (const key of Object.keys(config))
      if (key in own && !["name", "trainable", "dtype", "seed"].includes(key)) config[key] = own[key];
    return { ...config, ...sizes };
  }
}
