import {
  concatenate,
  matmul,
  multiply,
  ones,
  zeros,
  type Dim,
  type DType,
  type Tensor,
  type Variable,
} from "@keras/ops";
import * as random from "@keras/ops/random";
import { getActivation, type ActivationFn, type ActivationOption } from "../activations/get.ts";
import { required, type Defaults, type LayerArguments, type LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import { knownSize, positiveInteger } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { resolveWeightParts, weightParts, type WeightParts } from "../base/weight-parts.ts";
import type { InitializerOption } from "../initializers/get.ts";
import { isLayer } from "../base/tracking.ts";

/** The states of a cell, or of several cells on top of each other. */
export type States = readonly (Tensor | readonly Tensor[])[];
/** Sizes of a cell's states. */
export type StateSize = number | readonly (number | readonly number[])[];

/** What an RNN steps: a layer with states. */
export interface RecurrentCell extends Layer {
  /** One size, or one for each state. */
  readonly stateSize: StateSize;
  /** Size of the output; default: of the first state. */
  readonly outputSize?: number | undefined;
  /** The states before the first step; default zeros. */
  getInitialState?(batchSize: Dim): Tensor | States;
  call(inputs: Tensor, states: States, options?: CallOptions): readonly [output: Tensor, states: Tensor | States];
}

/** Whether a layer can be stepped by an RNN. */
export function isCell(x: unknown): x is RecurrentCell {
  return isLayer(x) && "stateSize" in x;
}

/** Options of the cells of Keras. */
export interface CellConfig extends LayerConfig, WeightParts<"kernel" | "recurrent" | "bias"> {
  /** Size of the output and of each state. */
  readonly units: number;
  /** Default `tanh`. */
  readonly activation?: ActivationOption | undefined;
  /** Default true. */
  readonly useBias?: boolean | undefined;
  /** Part of the inputs dropped in training, the same at each step. Default 0. */
  readonly dropout?: number | undefined;
  /** Part of the states dropped in training, the same at each step. Default 0. */
  readonly recurrentDropout?: number | undefined;
  /** Seed of the dropouts. Default: drawn. */
  readonly seed?: number | null | undefined;
}

const INITIALIZERS: Defaults = {
  kernelInitializer: "glorot_uniform",
  recurrentInitializer: "orthogonal",
  biasInitializer: "zeros",
};
const REGULARIZERS: Defaults = { kernelRegularizer: null, recurrentRegularizer: null, biasRegularizer: null };
const CONSTRAINTS: Defaults = { kernelConstraint: null, recurrentConstraint: null, biasConstraint: null };
const DROPOUTS: Defaults = { dropout: 0, recurrentDropout: 0 };

/** Options that a cell's class, or a layer's, has beside the common ones, by their place in Keras's configs. */
export interface OwnDefaults {
  readonly activations: Defaults;
  /** After the bias's switch in a cell, after the initializers in a layer. */
  readonly bias?: Defaults;
  readonly last?: Defaults;
}

/** Defaults of a cell. */
export function cellDefaults({ activations, bias = {}, last = {} }: OwnDefaults): Defaults {
  return {
    units: required,
    ...activations,
    useBias: true,
    ...bias,
    ...INITIALIZERS,
    ...REGULARIZERS,
    ...CONSTRAINTS,
    ...DROPOUTS,
    ...last,
    seed: null,
  };
}

/** Defaults of a layer that makes such a cell. */
export function unitDefaults({ activations, bias = {}, last = {} }: OwnDefaults): Defaults {
  return {
    units: required,
    ...activations,
    useBias: true,
    ...INITIALIZERS,
    ...bias,
    ...REGULARIZERS,
    activityRegularizer: null,
    ...CONSTRAINTS,
    ...DROPOUTS,
    ...last,
    seed: null,
  };
}

/** What dropout leaves at every step of a sequence. One mask for all gates, or one for each. */
export interface DropoutMasks {
  readonly input: readonly Tensor[] | null;
  readonly recurrent: readonly Tensor[] | null;
}

/**
 * Base of Keras's cells. A step has two parts: what depends on the input alone (`project`), which an RNN computes for all steps at once,
 * and what depends on the states (`advance`).
 */
export abstract class GatedCell<C extends CellConfig = CellConfig> extends Layer<C> implements RecurrentCell {
  static override readonly callArguments: readonly string[] = ["inputs", "states"];
  readonly units: number;
  /** Number of gates: the kernels hold their columns side by side. */
  readonly gates: number;
  readonly activation: ActivationFn;
  readonly dropout: number;
  readonly recurrentDropout: number;
  readonly seedGenerator: random.SeedGenerator;
  /** Masks that an RNN holds while it runs. */
  masks: DropoutMasks | null = null;
  /** `[inputs, units · gates]`. */
  declare kernel: Variable;
  /** `[units, units · gates]`. */
  declare recurrentKernel: Variable;
  bias: Variable | null = null;

  constructor(gates: number, config: C, defaults: Defaults) {
    super(...([config, defaults] as unknown as LayerArguments<C>));
    const c = this.config as unknown as Required<CellConfig>;
    this.gates = gates;
    this.units = positiveInteger(c.units, "units", this.name);
    this.activation = getActivation(c.activation!);
    this.dropout = Math.min(1, Math.max(0, c.dropout!));
    this.recurrentDropout = Math.min(1, Math.max(0, c.recurrentDropout!));
    resolveWeightParts(this as unknown as Layer, ["kernel", "recurrent", "bias"]);
    this.seedGenerator = new random.SeedGenerator({ seed: c.seed ?? null });
  }

  abstract readonly stateSize: StateSize;

  get outputSize(): number {
    return this.units;
  }

  /** Shape and initializer of the bias. */
  biasOptions(): { readonly shape: readonly number[]; readonly initializer?: InitializerOption } {
    return { shape: [this.units * this.gates] };
  }

  override build(inputShape: LayerShape): void {
    const columns = this.units * this.gates;
    const self = this as unknown as Layer;
    this.kernel = this.addWeight({
      name: "kernel",
      shape: [knownSize(inputShape, -1, this.path), columns],
      ...weightParts(self, "kernel"),
    });
    this.recurrentKernel = this.addWeight({
      name: "recurrent_kernel",
      shape: [this.units, columns],
      ...weightParts(self, "recurrent"),
    });
    if ((this.config as unknown as CellConfig).useBias)
      this.bias = this.addWeight({ name: "bias", ...weightParts(self, "bias"), ...this.biasOptions() });
  }

  getInitialState(batchSize: Dim): Tensor[] {
    const sizes = typeof this.stateSize === "number" ? [this.stateSize] : (this.stateSize as readonly number[]);
    return sizes.map((size) => zeros([batchSize, size] as readonly number[], { dtype: this.computeDtype }));
  }

  /** Draws what dropout leaves of the inputs and of the states; null where nothing is dropped. */
  drawMasks(batchSize: Dim, inputs: Dim, dtype: DType): DropoutMasks {
    // With dropout of the states, Keras gives each gate masks of its own.
    const count = this.recurrentDropout > 0 ? this.gates : 1;
    const draw = (size: Dim, rate: number): Tensor[] | null =>
      rate === 0
        ? null
        : Array.from({ length: count }, () =>
            random.dropout(ones([batchSize, size] as readonly number[], { dtype }), rate, { seed: this.seedGenerator }),
          );
    return { input: draw(inputs, this.dropout), recurrent: draw(this.units, this.recurrentDropout) };
  }

  /** The columns of one gate. */
  gate(x: Tensor, i: number): Tensor {
    return x.getItem("...", { start: i * this.units, stop: (i + 1) * this.units });
  }

  /** `x · w`, with a mask on `x`, or one for each gate. The masks have the rank of `x`. */
  maskedProduct(x: Tensor, w: Variable, masks: readonly Tensor[] | null): Tensor {
    if (!masks) return matmul(x, w);
    if (masks.length === 1) return matmul(multiply(x, masks[0]!), w);
    return concatenate(
      masks.map((mask, i) => matmul(multiply(x, mask), this.gate(w.value, i))),
      { axis: -1 },
    );
  }

  /** What depends on the inputs alone: `[batch, (steps,) inputs]` → `[batch, (steps,) units · gates]`. */
  abstract project(inputs: Tensor, masks: readonly Tensor[] | null): Tensor;

  /** One step, from projected inputs `[batch, units · gates]`. */
  abstract advance(
    projected: Tensor,
    states: readonly Tensor[],
    masks: readonly Tensor[] | null,
  ): readonly [Tensor, readonly Tensor[]];

  override call(inputs: Tensor, states: States, options: CallOptions = {}): readonly [Tensor, readonly Tensor[]] {
    const drops = options.training === true && (this.dropout > 0 || this.recurrentDropout > 0);
    const masks = drops ? (this.masks ?? this.drawMasks(inputs.shape[0]!, inputs.shape.at(-1)!, inputs.dtype)) : null;
    return this.advance(
      this.project(inputs, masks?.input ?? null),
      states as readonly Tensor[],
      masks?.recurrent ?? null,
    );
  }
}
