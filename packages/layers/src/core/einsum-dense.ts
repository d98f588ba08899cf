import { add, ArgumentError, einsum, formatShape, ShapeError, type Tensor, type Variable } from "@keras/ops";
import { getActivation, type ActivationFn, type ActivationOption } from "../activations/get.ts";
import { required, type Defaults, type LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { resolveWeightParts, weightParts, type WeightParts } from "../base/weight-parts.ts";
import type { Initializer } from "../initializers/initializer.ts";
import { VarianceScaling } from "../initializers/variance-scaling.ts";

/** Options of {@link EinsumDense}. */
export interface EinsumDenseConfig extends LayerConfig, WeightParts<"kernel" | "bias"> {
  /** `inputs,kernel->outputs`, such as `ab,bc->ac` or `...x,xy->...y`. */
  readonly equation: string;
  /** Sizes of the output without the batch axis; null: as the input. */
  readonly outputShape: number | readonly (number | null)[];
  /** Default none. */
  readonly activation?: ActivationOption | undefined;
  /** Letters of the output that the bias has. Default none: no bias. */
  readonly biasAxes?: string | null | undefined;
  /** Reserved for quantized layers. */
  readonly quantizationConfig?: null | undefined;
}

const DEFAULTS: Defaults = {
  outputShape: required,
  equation: required,
  activation: null,
  biasAxes: null,
  kernelInitializer: "glorot_uniform",
  biasInitializer: "zeros",
  kernelRegularizer: null,
  biasRegularizer: null,
  activityRegularizer: null,
  kernelConstraint: null,
  biasConstraint: null,
  quantizationConfig: null,
};

interface Plan {
  readonly kernel: readonly number[];
  readonly bias: readonly number[] | null;
  /** Axes of the kernel that are summed over, and those that are kept: they decide about its scale. */
  readonly inputAxes: readonly number[];
  readonly outputAxes: readonly number[];
}

/** The parts of an equation, and on which side of the letters the ellipsis stands. */
function parse(
  equation: string,
  layer: string,
): { input: string; kernel: string; output: string; ellipsis: "left" | "right" | null } {
  const text = equation.replaceAll("...", "0").replaceAll(" ", "");
  const plain = /^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)$/.exec(text);
  const left = /^0([a-zA-Z]+),([a-zA-Z]+)->0([a-zA-Z]+)$/.exec(text);
  const right = /^([a-zA-Z]{2,})0,([a-zA-Z]+)->([a-zA-Z]+)0$/.exec(text);
  const found = plain ?? left ?? right;
  if (!found)
    throw new ArgumentError(`the equation '${equation}' must have the form X,Y->Z, ...X,Y->...Z or X...,Y->Z...`, {
      layer,
    });
  return { input: found[1]!, kernel: found[2]!, output: found[3]!, ellipsis: plain ? null : left ? "left" : "right" };
}

/** Shapes of the weights that an equation needs for an input. */
function planOf(
  equation: string,
  biasAxes: string | null,
  inputShape: LayerShape,
  outputSizes: LayerShape,
  layer: string,
): Plan {
  const { input, kernel, output, ellipsis } = parse(equation, layer);
  const elided = inputShape.length - input.length;
  if (elided < 0 || (elided > 0 && !ellipsis))
    throw new ShapeError(`the equation '${equation}' does not fit an input of shape ${formatShape(inputShape)}`, {
      layer,
    });
  const left = ellipsis === "left" ? elided : 0;
  const middle = left > 0 ? inputShape.slice(1, left) : [];
  const outputShape = [
    inputShape[0] ?? null,
    ...middle,
    ...outputSizes,
    ...(ellipsis === "right" ? inputShape.slice(inputShape.length - elided) : []),
  ];
  const sizeIn = (letter: string, letters: string, shape: LayerShape): number | null | undefined => {
    const at = letters.indexOf(letter);
    return at < 0 ? undefined : (shape[at + left] ?? null);
  };
  for (const letter of input) {
    const [a, b] = [sizeIn(letter, input, inputShape), sizeIn(letter, output, outputShape)];
    if (typeof b === "number" && a !== b)
      throw new ShapeError(
        `'${letter}' is ${String(a)} in the input ${formatShape(inputShape)}, but ${b} in the output`,
        { layer },
      );
  }
  for (const letter of output) {
    if (!input.includes(letter) && !kernel.includes(letter))
      throw new ArgumentError(`'${letter}' of the output is neither in the input nor in the kernel of '${equation}'`, {
        layer,
      });
  }
  const axes = [...kernel].map((_, i) => i);
  const kernelShape = [...kernel].map((letter) => {
    const size = sizeIn(letter, output, outputShape) ?? sizeIn(letter, input, inputShape);
    if (size === undefined)
      throw new ArgumentError(`'${letter}' of the kernel is neither in the input nor in the output of '${equation}'`, {
        layer,
      });
    if (size === null) throw new ShapeError(`the size of '${letter}' in '${equation}' must be known`, { layer });
    return size;
  });
  return {
    kernel: kernelShape,
    bias:
      biasAxes === null
        ? null
        : biasShape(biasAxes, output, outputShape.slice(left), ellipsis === "right" ? elided : 0, layer),
    inputAxes: axes.filter((i) => !output.includes(kernel[i]!)),
    outputAxes: axes.filter((i) => output.includes(kernel[i]!)),
  };
}

function biasShape(biasAxes: string, output: string, sizes: LayerShape, trailing: number, layer: string): number[] {
  const missing = [...biasAxes].find((letter) => !output.includes(letter));
  if (missing !== undefined)
    throw new ArgumentError(`'${missing}' of the bias is not in the output '${output}'`, { layer });
  const first = Math.min(...[...biasAxes].map((letter) => output.indexOf(letter)));
  const shape = Array.from(output.slice(first), (letter) => {
    if (!biasAxes.includes(letter)) return 1;
    const size = sizes[output.indexOf(letter)];
    if (typeof size !== "number")
      throw new ShapeError(`the size of '${letter}' must be known, as the bias has it`, { layer });
    return size;
  });
  return [...shape, ...new Array<number>(trailing).fill(1)];
}

/**
 * `activation(einsum(equation, x, kernel) + bias)`.
 *
 * @throws {ArgumentError} when the equation has none of the forms it may have, or a letter has no source.
 * @throws {ShapeError} when it does not fit the input.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.EinsumDense({ equation: "abc,cde->abde", outputShape: [null, 4, 5], biasAxes: "de" });
 * console.log(layer.apply(ops.ones([2, 3, 8])).shape); // [2, 3, 4, 5]
 * ```
 */
export class EinsumDense extends Layer<EinsumDenseConfig> {
  static override readonly className: string = "EinsumDense";
  static override readonly module: string = "keras.layers";
  readonly equation: string;
  readonly outputShape: LayerShape;
  readonly activation: ActivationFn;
  declare kernel: Variable;
  bias: Variable | null = null;

  constructor(config: EinsumDenseConfig) {
    super(config, DEFAULTS);
    const { outputShape } = this.config;
    this.equation = this.config.equation;
    this.outputShape = typeof outputShape === "number" ? [outputShape] : [...outputShape];
    this.activation = getActivation(this.config.activation);
    parse(this.equation, this.name);
    resolveWeightParts(this, ["kernel", "bias"]);
  }

  override build(inputShape: LayerShape): void {
    const plan = planOf(this.equation, this.config.biasAxes, inputShape, this.outputShape, this.path);
    const parts = weightParts(this, "kernel");
    this.kernel = this.addWeight({
      name: "kernel",
      shape: plan.kernel,
      ...parts,
      initializer: withAxes(parts.initializer as Initializer, plan),
    });
    if (plan.bias) this.bias = this.addWeight({ name: "bias", shape: plan.bias, ...weightParts(this, "bias") });
    this.inputSpec = new InputSpec({ ndim: inputShape.length });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const x = einsum(this.equation, inputs, this.kernel);
    return this.activation(this.bias ? add(x, this.bias) : x);
  }
}

/** An initializer that scales with the kernel learns which of its axes are inputs. */
function withAxes(initializer: Initializer, { inputAxes, outputAxes }: Plan): Initializer {
  if (!(initializer instanceof VarianceScaling) || (initializer.inputAxes && initializer.outputAxes))
    return initializer;
  const { scale, mode, distribution, seed } = initializer;
  return new VarianceScaling({ scale, mode, distribution, seed, inputAxes, outputAxes });
}
