import {
  any,
  ArgumentError,
  broadcastTo,
  expandDims,
  formatShape,
  getMask,
  isKerasTensor,
  isTensor,
  logicalOr,
  setMask,
  shape,
  ShapeError,
  where,
  type Tensor,
} from "@keras/ops";
import { Layer } from "../base/layer.ts";
import type { LayerConfig, LayerArguments } from "../base/config.ts";
import type { CallOptions, LayerShape, MaskTree } from "../base/types.ts";

/** The shapes of a list of inputs. @throws {ArgumentError} when it is none. */
export function checkList(shapes: unknown, least: number, layer: string): readonly LayerShape[] {
  if (!Array.isArray(shapes) || shapes.length < least || !shapes.every(Array.isArray)) {
    throw new ArgumentError(`the layer is called on a list of at least ${least} tensors: layer.apply([a, b])`, {
      layer,
    });
  }
  return shapes as LayerShape[];
}

/** Base of the layers that combine tensors of one shape, elementwise and with broadcasting. */
export abstract class BaseMerge<C extends LayerConfig = LayerConfig> extends Layer<C> {
  constructor(...args: LayerArguments<C>) {
    super(...args);
    this.supportsMasking = true;
  }

  /** Combines tensors of one rank. */
  abstract merge(inputs: readonly Tensor[]): Tensor;

  override build(inputShape: readonly LayerShape[]): void {
    const shapes = checkList(inputShape, 1, this.path);
    const batches = new Set(shapes.map((s) => s[0]).filter((d) => typeof d === "number"));
    if (batches.size > 1)
      throw new ShapeError(`tensors of different batch sizes cannot be merged: ${shapes.map(formatShape).join(", ")}`, {
        layer: this.path,
      });
    shapes.reduce((a, b) => this.broadcast(a, b, shapes));
  }

  broadcast(a: LayerShape, b: LayerShape, all: readonly LayerShape[]): LayerShape {
    const [long, short] = a.length >= b.length ? [a.slice(1), b.slice(1)] : [b.slice(1), a.slice(1)];
    const offset = long.length - short.length;
    const sizes = long.map((x, i) => {
      const y = i < offset ? 1 : short[i - offset]!;
      if (x === null || y === null) return null;
      if (x !== y && x !== 1 && y !== 1)
        throw new ShapeError(`shapes that do not broadcast cannot be merged: ${all.map(formatShape).join(", ")}`, {
          layer: this.path,
        });
      return Math.max(x, y);
    });
    return [a[0] ?? null, ...sizes];
  }

  override call(inputs: readonly Tensor[], _options?: CallOptions): Tensor {
    const rank = Math.max(...inputs.map((x) => x.ndim));
    return this.merge(
      inputs.map((x) => Array.from({ length: rank - x.ndim }).reduce<Tensor>((y) => expandDims(y, 1), x)),
    );
  }

  /** The mask that a value carries, in its shape. */
  spreadMask(x: Tensor): Tensor | null {
    const mask = getMask(x) as Tensor | null;
    return mask && broadcastTo(expandDims(mask, -1), shape(x));
  }

  /** Combines pairs; where one has a masked step, the other's value stands. */
  fold(inputs: readonly Tensor[], pair: (a: Tensor, b: Tensor) => Tensor): Tensor {
    let output = inputs[0]!;
    let outputMask = this.spreadMask(output);
    for (const given of inputs.slice(1)) {
      const mask = this.spreadMask(given);
      const x = mask ? where(mask, given, output) : given;
      const y = outputMask ? where(outputMask, output, x) : output;
      outputMask = mask && outputMask ? logicalOr(outputMask, mask) : null;
      output = pair(y, x);
    }
    if (outputMask) setMask(output, any(outputMask, { axis: -1 }));
    return output;
  }

  override computeMask(inputs: readonly Tensor[], mask: MaskTree): unknown {
    if (mask === null) return null;
    if (!Array.isArray(mask) || isTensor(mask) || isKerasTensor(mask))
      throw new ArgumentError("the mask of a merging layer is a list, as its inputs are", { layer: this.path });
    if (mask.length !== inputs.length)
      throw new ArgumentError(`there are ${inputs.length} inputs, but ${mask.length} masks`, { layer: this.path });
    const masks = mask as readonly (Tensor | null)[];
    if (masks.some((m) => m === null)) return null;
    return (masks as readonly Tensor[]).reduce((a, b) => logicalOr(a, b));
  }
}
