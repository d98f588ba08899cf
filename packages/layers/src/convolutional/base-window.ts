import { add, ArgumentError, reshape, type Tensor, type Variable } from "@keras/ops";
import { getActivation, type ActivationFn, type ActivationOption } from "../activations/get.ts";
import type { Defaults, LayerArguments, LayerConfig, Resolved } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { dataFormatOf, knownSize, oneOf, sizePerAxis, type DataFormat } from "../base/sizes.ts";
import type { LayerShape } from "../base/types.ts";
import { resolveWeightParts, weightParts, type WeightParts } from "../base/weight-parts.ts";

/** Options that all windowed layers with weights share. */
export interface WindowConfig extends LayerConfig, WeightParts<"bias"> {
  /** Size of the window: one number, or one per spatial axis. */
  readonly kernelSize: number | readonly number[];
  /** Step of the window. Default 1. */
  readonly strides?: number | readonly number[] | undefined;
  /** `valid`: the window stays inside; `same`: the input is padded with zeros. Default `valid`. */
  readonly padding?: "valid" | "same" | undefined;
  /** Default: the global one. */
  readonly dataFormat?: DataFormat | null | undefined;
  /** Distance between the elements of the window. Default 1. */
  readonly dilationRate?: number | readonly number[] | undefined;
  /** Default none. */
  readonly activation?: ActivationOption | undefined;
  /** Default true. */
  readonly useBias?: boolean | undefined;
}

/** The sizes of a window, checked. */
export interface WindowSizes {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
}

/** @throws {ArgumentError} on sizes that are none, or strides together with dilation. */
export function windowSizes(
  config: Required<Pick<WindowConfig, "kernelSize">> & {
    readonly strides: number | readonly number[];
    readonly dilationRate: number | readonly number[];
  },
  rank: number,
  layer: string,
): WindowSizes {
  const kernelSize = sizePerAxis(config.kernelSize, rank, "kernelSize", layer);
  const strides = sizePerAxis(config.strides, rank, "strides", layer);
  const dilationRate = sizePerAxis(config.dilationRate, rank, "dilationRate", layer);
  return { kernelSize, strides, dilationRate };
}

/** A bias in the shape in which it is added. */
export function biasAlongChannels(bias: Variable, rank: number, dataFormat: DataFormat): Tensor {
  const ones = new Array<number>(rank).fill(1);
  return reshape(bias, dataFormat === "channels_last" ? [1, ...ones, bias.size] : [1, bias.size, ...ones]);
}

/** Base of the layers whose weights slide over spatial axes. */
export abstract class BaseWindow<C extends Omit<WindowConfig, "padding">> extends Layer<C> {
  readonly rank: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
  readonly padding: "valid" | "same" | "causal";
  readonly dataFormat: DataFormat;
  readonly activation: ActivationFn;
  /** One number per output channel; null without bias. */
  bias: Variable | null = null;

  /** @param parts - Weights with an initializer, a regularizer and a constraint each. */
  constructor(rank: number, config: C, defaults: Defaults, parts: readonly string[], causal: boolean = false) {
    super(...([config, defaults] as unknown as LayerArguments<C>));
    const c = this.config as unknown as Resolved<WindowConfig>;
    const { name } = this;
    this.rank = rank;
    const sizes = windowSizes(c, rank, name);
    this.kernelSize = sizes.kernelSize;
    this.strides = sizes.strides;
    this.dilationRate = sizes.dilationRate;
    this.padding = oneOf(c.padding, causal ? ["valid", "same", "causal"] : ["valid", "same"], "padding", name);
    this.dataFormat = dataFormatOf(c.dataFormat, name);
    this.activation = getActivation(c.activation);
    resolveWeightParts(this as unknown as Layer, [...parts, "bias"]);
    this.inputSpec = new InputSpec({ minNdim: rank + 2 });
  }

  /** @throws {ArgumentError} when the window both steps and is spread. */
  refuseStridesWithDilation(): void {
    if (Math.max(...this.strides) > 1 && Math.max(...this.dilationRate) > 1)
      throw new ArgumentError("strides above 1 do not go together with dilation", { layer: this.name });
  }

  /** Number of input channels, which stays fixed from now on. @throws {ShapeError} when it is unknown. */
  fixChannels(inputShape: LayerShape): number {
    const axis = this.dataFormat === "channels_last" ? -1 : 1;
    const channels = knownSize(inputShape, axis, this.path);
    this.inputSpec = new InputSpec({ minNdim: this.rank + 2, axes: { [axis]: channels } });
    return channels;
  }

  /** A weight with the options that the config has for it. */
  addPart(part: string, name: string, shape: readonly number[]): Variable {
    return this.addWeight({ name, shape, ...weightParts(this as unknown as Layer, part) });
  }

  addBias(size: number): void {
    if ((this.config as unknown as WindowConfig).useBias) this.bias = this.addPart("bias", "bias", [size]);
  }

  /** Bias and activation. */
  finish(outputs: Tensor): Tensor {
    return this.activation(
      this.bias ? add(outputs, biasAlongChannels(this.bias, this.rank, this.dataFormat)) : outputs,
    );
  }
}
