import { formatShape, getMask, isKerasTensor, ShapeError, type KerasTensor, type Tensor } from "@keras/ops";
import { shapeOf, shapesOf } from "../base/arguments.ts";
import type { LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { LayerShape } from "../base/types.ts";
import type { Initializer } from "../initializers/initializer.ts";

/** Base of the attentions of several heads: called on a query, a value and perhaps a key, each with a mask of its own. */
export abstract class BaseProjectedAttention<C extends LayerConfig> extends Layer<C> {
  static override readonly callArguments: readonly string[] = ["query", "value", "key"];

  /** Options that all inner layers share; each has initializers of its own. */
  denseOptions(): Record<string, unknown> {
    const own = this as unknown as Record<string, Initializer>;
    const { kernelRegularizer, biasRegularizer, kernelConstraint, biasConstraint } = own;
    const initializers = {
      kernelInitializer: own["kernelInitializer"]!.clone(),
      biasInitializer: own["biasInitializer"]!.clone(),
    };
    return {
      ...initializers,
      kernelRegularizer,
      biasRegularizer,
      kernelConstraint,
      biasConstraint,
      activityRegularizer: this.activityRegularizer,
      dtype: this.policy,
    };
  }

  /** @throws {ShapeError} when keys and values differ in number. */
  checkPairs(valueShape: LayerShape, keyShape: LayerShape): void {
    if (String(valueShape.slice(1, -1)) !== String(keyShape.slice(1, -1)))
      throw new ShapeError(
        `values ${formatShape(valueShape)} and keys ${formatShape(keyShape)} must have one shape but for the last axis`,
        { layer: this.path },
      );
  }

  override buildFrom(inputs: readonly unknown[], options: Readonly<Record<string, unknown>>): void {
    const shapes = [shapesOf(inputs[0]), shapesOf(inputs[1])];
    const key = shapeOf(options["key"]);
    this.ensureBuilt(key ? [...shapes, key] : shapes);
  }

  override resolveOptions(
    inputs: readonly unknown[],
    options: Readonly<Record<string, unknown>>,
  ): Record<string, unknown> {
    const masks = { queryMask: getMask(inputs[0]), valueMask: getMask(inputs[1]), keyMask: getMask(options["key"]) };
    const carried = Object.fromEntries(
      Object.entries(masks).filter(([name, m]) => m !== null && (options[name] ?? null) === null),
    );
    return super.resolveOptions(inputs, { ...options, ...carried });
  }

  override computeMask(query: Tensor | KerasTensor, mask: unknown): unknown {
    const own = mask ?? getMask(query);
    return isKerasTensor(own) || own !== null ? [own, null] : null;
  }
}
