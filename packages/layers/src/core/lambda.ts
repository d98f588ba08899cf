import { ArgumentError, type Tensor } from "@keras/ops";
import * as tree from "@keras/ops/tree";
import { required, type LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions, LayerShape, MaskTree, ShapeTree } from "../base/types.ts";

/** What a {@link Lambda} computes: of its inputs and, by name, of `arguments`, `training` and `mask`. */
export type LambdaFunction = (inputs: never, options: Readonly<Record<string, unknown>>) => unknown;

/** Options of {@link Lambda}. */
export interface LambdaConfig extends LayerConfig {
  /** Of the inputs, in terms of ops. To be saved it must be registered: `registerKerasSerializable`. */
  readonly function: LambdaFunction;
  /** Shape of the output without the batch, or a function of the input's. Default: found by running the function. */
  readonly outputShape?: LayerShape | ((inputShape: ShapeTree) => ShapeTree) | null | undefined;
  /** Mask of the output, or a function of inputs and mask. Default: none. */
  readonly mask?: Tensor | ((inputs: never, mask: MaskTree) => unknown) | null | undefined;
  /** Further options of the function. */
  readonly arguments?: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * A function as a layer. For anything with weights, write a subclass of `Layer`.
 *
 * @throws {ArgumentError} when `function` is none.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const double = new layers.Lambda({ function: (x: ops.Tensor) => ops.multiply(x, 2) });
 * console.log(await (double.apply([1, 2]) as ops.Tensor).array()); // [2, 4]
 * ```
 */
export class Lambda extends Layer<LambdaConfig> {
  static override readonly className: string = "Lambda";
  static override readonly module: string = "keras.layers";

  constructor(config: LambdaConfig) {
    super(config, { function: required, outputShape: null, mask: null, arguments: null });
    if (typeof this.config.function !== "function")
      throw new ArgumentError("a Lambda is made of a function: { function: (x) => ops.square(x) }", {
        layer: this.name,
      });
    this.supportsMasking = this.config.mask !== null;
  }

  override call(inputs: Tensor, options: CallOptions = {}): unknown {
    return this.config.function(inputs as never, { ...this.config.arguments, ...options });
  }

  override computeOutputShape(...shapes: readonly ShapeTree[]): ShapeTree {
    const { outputShape } = this.config;
    if (outputShape === null) return super.computeOutputShape(...shapes);
    if (typeof outputShape === "function") return outputShape(shapes[0]!);
    let batch: number | null = null;
    tree.mapShapeStructure((shape) => void (batch = shape[0] ?? null), shapes[0]!);
    return [batch, ...outputShape];
  }

  override computeMask(inputs: never, mask: never): unknown {
    const own = this.config.mask;
    return typeof own === "function" ? own(inputs, mask) : own;
  }

  override getConfig(): Record<string, unknown> {
    const { outputShape, mask, ...config } = super.getConfig();
    return {
      ...config,
      ...(outputShape === null ? {} : { outputShape }),
      ...(mask === null ? {} : { mask }),
      arguments: this.config.arguments ?? {},
    };
  }
}
