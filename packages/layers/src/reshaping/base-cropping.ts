import { formatShape, ShapeError, type Tensor } from "@keras/ops";
import type { Defaults, LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { dataFormatOf, type DataFormat } from "../base/sizes.ts";
import type { CallOptions } from "../base/types.ts";
import { edgePairs, onAllAxes, type Edges } from "./edges.ts";

/** Options of the croppings. */
export interface CroppingConfig extends LayerConfig {
  /** What is cut off at both ends of each spatial axis: one number, one per axis, or a pair per axis. */
  readonly cropping?: Edges | undefined;
  /** Default: the global one. */
  readonly dataFormat?: DataFormat | null | undefined;
}

/** Base of the layers that cut off the borders of their input. */
export abstract class BaseCropping extends Layer<CroppingConfig> {
  readonly pairs: readonly (readonly [number, number])[];
  readonly dataFormat: DataFormat;

  constructor(rank: number, config: CroppingConfig, defaults: Defaults) {
    super(config, defaults);
    this.pairs = edgePairs(this.config.cropping, rank, "cropping", this.name);
    this.dataFormat = dataFormatOf(rank === 1 ? "channels_last" : this.config.dataFormat, this.name);
    this.inputSpec = new InputSpec({ ndim: rank + 2 });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const index = onAllAxes(this.pairs, [0, 0] as const, this.dataFormat).map(([start, end], axis) => {
      const size: unknown = inputs.shape[axis];
      if (typeof size === "number" && start + end > 0 && start + end >= size) {
        throw new ShapeError(
          `cutting [${start}, ${end}] off axis ${axis} leaves nothing of an input of shape ${formatShape(inputs.shape)}`,
          { layer: this.path },
        );
      }
      return end === 0 ? { start } : { start, stop: -end };
    });
    return inputs.getItem(...index);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), cropping: this.pairs.length === 1 ? this.pairs[0] : this.pairs };
  }
}
