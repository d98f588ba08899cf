import {
  add,
  concatenate,
  conv,
  multiply,
  onesLike,
  random,
  ShapeError,
  formatShape,
  split,
  zeros,
  type Dim,
  type Tensor,
  type Variable,
} from "@keras/ops";
import { getActivation, type ActivationFn, type ActivationOption } from "../activations/get.ts";
import { required, type Defaults, type LayerConfig } from "../base/config.ts";
import { positiveInteger } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { weightParts, type WeightParts } from "../base/weight-parts.ts";
import { BaseWindow, biasAlongChannels, type WindowConfig } from "../convolutional/base-window.ts";
import type { Initializer } from "../initializers/initializer.ts";
import type { RecurrentCell, States } from "./cell.ts";
import { forgetGateBias } from "./forget-bias.ts";

/** Options of a convolutional LSTM's cell. */
export interface ConvLSTMCellConfig
  extends Omit<WindowConfig, keyof LayerConfig>, LayerConfig, WeightParts<"kernel" | "recurrent"> {
  /** Number of output channels. */
  readonly filters: number;
  /** Activation of the gates. Default `sigmoid`. */
  readonly recurrentActivation?: ActivationOption | undefined;
  /** Whether the forget gate's bias begins at 1. Default true. */
  readonly unitForgetBias?: boolean | undefined;
  /** Part of the inputs dropped in training, the same at each step. Default 0. */
  readonly dropout?: number | undefined;
  /** Part of the states dropped in training, the same at each step. Default 0. */
  readonly recurrentDropout?: number | undefined;
  /** Seed of the dropouts. Default: drawn. */
  readonly seed?: number | null | undefined;
}

/** Defaults of the cell, in the order of Keras's configs; the layer's have an activity regularizer among them. @internal */
export const CONV_LSTM_DEFAULTS: Defaults = {
  filters: required,
  kernelSize: required,
  strides: 1,
  padding: "valid",
  dataFormat: null,
  dilationRate: 1,
  activation: "tanh",
  recurrentActivation: "sigmoid",
  useBias: true,
  kernelInitializer: "glorot_uniform",
  recurrentInitializer: "orthogonal",
  biasInitializer: "zeros",
  unitForgetBias: true,
  kernelRegularizer: null,
  recurrentRegularizer: null,
  biasRegularizer: null,
  kernelConstraint: null,
  recurrentConstraint: null,
  biasConstraint: null,
  dropout: 0,
  recurrentDropout: 0,
  seed: null,
};

/** What dropout leaves of inputs and of states, one mask for each gate; null where nothing is dropped. */
interface GateMasks {
  readonly input: readonly Tensor[] | null;
  readonly recurrent: readonly Tensor[] | null;
}

/**
 * One step of a long short-term memory whose products are convolutions. Gates in the kernels: input, forget, cell, output. Shi et al. 2015.
 *
 * @internal
 */
export class ConvLSTMCell extends BaseWindow<ConvLSTMCellConfig> implements RecurrentCell {
  static override readonly className: string = "ConvLSTMCell";
  static override readonly module: string = "keras.src.layers.rnn.conv_lstm";
  static override readonly callArguments: readonly string[] = ["inputs", "states"];
  readonly filters: number;
  readonly recurrentActivation: ActivationFn;
  readonly seedGenerator: random.SeedGenerator;
  /** `[...kernelSize, channels, 4 · filters]`. */
  declare kernel: Variable;
  /** `[...kernelSize, filters, 4 · filters]`. */
  declare recurrentKernel: Variable;
  /** Shape of the inputs of one step, without the batch. */
  stepShape: readonly number[] = [];
  /** Masks that a layer holds while it runs. */
  masks: GateMasks | null = null;

  constructor(rank: number, config: ConvLSTMCellConfig) {
    super(rank, config, CONV_LSTM_DEFAULTS, ["kernel", "recurrent"]);
    const { filters, recurrentActivation, seed } = this.config;
    this.filters = positiveInteger(filters, "filters", this.name);
    this.recurrentActivation = getActivation(recurrentActivation);
    this.seedGenerator = new random.SeedGenerator({ seed });
  }

  get stateSize(): readonly number[] {
    return [this.filters, this.filters];
  }

  override build(inputShape: LayerShape): void {
    const sizes = inputShape.slice(1);
    if (sizes.some((d) => d === null))
      throw new ShapeError(
        `a convolutional LSTM needs inputs of known size, but those of a step are ${formatShape(inputShape)}`,
        { layer: this.path },
      );
    this.stepShape = sizes as readonly number[];
    const channels = this.fixChannels(inputShape);
    const columns = this.filters * 4;
    this.kernel = this.addPart("kernel", "kernel", [...this.kernelSize, channels, columns]);
    this.recurrentKernel = this.addPart("recurrent", "recurrent_kernel", [...this.kernelSize, this.filters, columns]);
    if (!this.config.useBias) return;
    const options = weightParts(this, "bias");
    const given = (this as unknown as { biasInitializer: Initializer }).biasInitializer;
    const initializer = this.config.unitForgetBias ? forgetGateBias(given, this.filters) : given;
    this.bias = this.addWeight({ name: "bias", shape: [columns], ...options, initializer });
  }

  getInitialState(batchSize: Dim): Tensor[] {
    const outputs = this.computeOutputShapeOfStep();
    const state = (): Tensor => zeros([batchSize, ...outputs] as readonly number[], { dtype: this.computeDtype });
    return [state(), state()];
  }

  /** Shape of the output of one step, without the batch. */
  computeOutputShapeOfStep(): readonly number[] {
    const last = this.dataFormat === "channels_last";
    const spatial = (last ? this.stepShape.slice(0, -1) : this.stepShape.slice(1)).map((size, i) => {
      const window = (this.kernelSize[i]! - 1) * this.dilationRate[i]! + 1;
      return Math.ceil((this.padding === "same" ? size : size - window + 1) / this.strides[i]!);
    });
    return last ? [...spatial, this.filters] : [this.filters, ...spatial];
  }

  /** Draws what dropout leaves of inputs and states of these shapes. */
  drawMasks(inputs: Tensor, state: Tensor): GateMasks {
    const draw = (like: Tensor, rate: number): Tensor[] | null =>
      rate > 0 && rate < 1
        ? Array.from({ length: 4 }, () => random.dropout(onesLike(like), rate, { seed: this.seedGenerator }))
        : null;
    return { input: draw(inputs, this.config.dropout), recurrent: draw(state, this.config.recurrentDropout) };
  }

  /** A convolution for all gates; with a mask for each gate, one for each. */
  gates(x: Tensor, kernel: Variable, masks: readonly Tensor[] | null, own: boolean): Tensor {
    const { dataFormat } = this;
    const options = own
      ? {
          strides: this.strides,
          padding: this.padding as "valid" | "same",
          dilationRate: this.dilationRate,
          dataFormat,
        }
      : { strides: 1, padding: "same" as const, dataFormat };
    if (!masks) return conv(x, kernel, options);
    const parts = split(kernel, 4, { axis: this.rank + 1 });
    const each = parts.map((part, i) => conv(multiply(x, masks[i]!), part, options));
    return concatenate(each, { axis: this.channelAxis });
  }

  get channelAxis(): number {
    return this.dataFormat === "channels_last" ? -1 : 1;
  }

  override call(inputs: Tensor, states: States, options: CallOptions = {}): readonly [Tensor, readonly Tensor[]] {
    const [h, c] = states as readonly [Tensor, Tensor];
    const masks = options.training ? (this.masks ?? this.drawMasks(inputs, h)) : null;
    let x = this.gates(inputs, this.kernel, masks?.input ?? null, true);
    if (this.bias) x = add(x, biasAlongChannels(this.bias, this.rank, this.dataFormat));
    const z = add(x, this.gates(h, this.recurrentKernel, masks?.recurrent ?? null, false));
    const [zi, zf, zc, zo] = split(z, 4, { axis: this.channelAxis }) as [Tensor, Tensor, Tensor, Tensor];
    const kept = multiply(this.recurrentActivation(zf), c);
    const cell = add(kept, multiply(this.recurrentActivation(zi), this.activation(zc)));
    const output = multiply(this.recurrentActivation(zo), this.activation(cell));
    return [output, [output, cell]];
  }
}
