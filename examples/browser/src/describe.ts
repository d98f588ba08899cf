import type { KerasTensor, Model } from "keras";
import type { GraphLayer } from "./protocol.ts";

/** The table of layers. */
export function summaryOf(model: Model): string {
  const lines: string[] = [];
  model.summary({ lineLength: 78, printFn: (text) => void lines.push(text) });
  return lines.join("\n");
}

/** `28 × 28 × 1`: a shape without its batch axis. */
const shapeOf = (tensor: KerasTensor | undefined): string =>
  tensor
    ? tensor.shape
        .slice(1)
        .map((d) => d ?? "?")
        .join(" × ")
    : "";

/** Layers in the order in which they run, and which feed which. A layer that is called several times is one box. */
export function layersOf(model: Model): GraphLayer[] {
  // A Sequential model has its graph inside.
  const graph = (model as { functional?: Model }).functional ?? model;
  const { layers } = graph;
  return layers.map((layer) => {
    const parents = layer.inboundNodes.flatMap((node) => node.parents.map(({ operation }) => operation));
    return {
      name: layer.name,
      kind: (layer.constructor as { className?: string }).className ?? layer.constructor.name,
      shape: shapeOf(layer.inboundNodes[0]?.outputs[0]),
      from: [...new Set(parents)].map((parent) => layers.indexOf(parent as never)).filter((at) => at >= 0),
    };
  });
}
