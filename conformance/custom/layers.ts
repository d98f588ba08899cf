/** Layers that Keras's tests define for themselves, and that some recorded configs name. */
import {
  Dense,
  Layer,
  required,
  type CallOptions,
  type LayerConfig,
  type LayerShape,
  type RecurrentCell,
} from "@keras/layers";
import { add, cast, matmul, multiply, transpose, type Tensor, type Variable } from "@keras/ops";

interface CellConfig extends LayerConfig {
  readonly units: number;
  readonly stateSize?: number | readonly number[] | null | undefined;
}

/** A linear recurrence with one state. */
export class OneStateRNNCell extends Layer<CellConfig> implements RecurrentCell {
  static override readonly callArguments: readonly string[] = ["inputs", "states"];
  declare kernel: Variable;
  declare recurrentKernel: Variable;

  constructor(config: CellConfig) {
    super(config, { units: required, stateSize: null });
  }

  get stateSize(): number {
    return this.config.units;
  }

  override build(inputShape: LayerShape): void {
    const { units } = this.config;
    this.kernel = this.addWeight({ name: "kernel", shape: [inputShape.at(-1)!, units], initializer: "ones" });
    this.recurrentKernel = this.addWeight({ name: "recurrent_kernel", shape: [units, units], initializer: "ones" });
  }

  override call(inputs: Tensor, states: readonly Tensor[]): readonly [Tensor, readonly Tensor[]] {
    const output = add(matmul(inputs, this.kernel), matmul(states[0]!, this.recurrentKernel));
    return [output, [output]];
  }
}

/** A linear recurrence with two states, both of which read the first. */
export class TwoStatesRNNCell extends Layer<CellConfig> implements RecurrentCell {
  static override readonly callArguments: readonly string[] = ["inputs", "states"];
  declare kernel: Variable;
  declare recurrentKernel1: Variable;
  declare recurrentKernel2: Variable;

  constructor(config: CellConfig) {
    super(config, { units: required, stateSize: null });
  }

  get stateSize(): readonly number[] {
    return [this.config.units, this.config.units];
  }
  get outputSize(): number {
    return this.config.units;
  }

  override build(inputShape: LayerShape): void {
    const { units } = this.config;
    this.kernel = this.addWeight({ name: "kernel", shape: [inputShape.at(-1)!, units], initializer: "ones" });
    this.recurrentKernel1 = this.addWeight({ name: "recurrent_kernel_1", shape: [units, units], initializer: "ones" });
    this.recurrentKernel2 = this.addWeight({ name: "recurrent_kernel_2", shape: [units, units], initializer: "ones" });
  }

  override call(inputs: Tensor, states: readonly Tensor[]): readonly [Tensor, readonly Tensor[]] {
    const fromInput = matmul(inputs, this.kernel);
    const first = add(fromInput, matmul(states[0]!, this.recurrentKernel1));
    const second = add(fromInput, matmul(states[0]!, this.recurrentKernel2));
    return [add(first, second), [first, second]];
  }
}

/** Gives back what it gets. */
export class CanaryLayer extends Layer {
  override call(x: Tensor): Tensor {
    return x;
  }

  override computeMask(_inputs: never, mask: never): unknown {
    return mask;
  }
}

interface MaskedDenseConfig extends LayerConfig {
  readonly layer: Dense;
}

/** A dense layer whose masked outputs are zero. */
export class MaskedDense extends Layer<MaskedDenseConfig> {
  readonly layer: Dense;

  constructor(config: MaskedDenseConfig) {
    super(config, { layer: required });
    this.layer = config.layer;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, options: CallOptions = {}): Tensor {
    const output = this.layer.apply(inputs);
    if (!options.mask) return output;
    return transpose(multiply(transpose(output), cast(options.mask as Tensor, inputs.dtype)));
  }
}
