import { itemBytes, KerasError, tree, type Operation, type Variable } from "@keras/ops";
import { isLayer, type Layer } from "@keras/layers";
import type { Model } from "./model.ts";
import { drawTable, type Column } from "./table.ts";

/** Options of `model.summary`. */
export interface SummaryOptions {
  /** Characters per line. Default 80. */
  readonly lineLength?: number | null | undefined;
  /** Relative ends of the columns, up to 1. */
  readonly positions?: readonly number[] | null | undefined;
  /** Gets the table as one string. Default: `console.log`. */
  readonly printFn?: ((text: string) => void) | null | undefined;
  /** Lists the layers of inner models, too. */
  readonly expandNested?: boolean | undefined;
  /** Adds a column that tells which layers are trained. */
  readonly showTrainable?: boolean | undefined;
  /** First and last layer to list, by name. */
  readonly layerRange?: readonly [first: string, last: string] | null | undefined;
}

const count = (variables: readonly Variable[]): number => [...new Set(variables)].reduce((n, v) => n + v.size, 0);

/** `136.04 KB`. */
function readableBytes(variables: readonly Variable[]): string {
  let bytes = [...new Set(variables)].reduce((n, v) => n + v.size * itemBytes(v.dtype), 0);
  for (const unit of ["B", "KB", "MB", "GB", "TB"]) {
    if (bytes < 1024 || unit === "TB") return `${bytes.toFixed(2)} ${unit}`;
    bytes /= 1024;
  }
  return "";
}

const thousands = (n: number): string => n.toLocaleString("en-US");

/** `(None, 26, 26, 32)`: as Keras prints shapes, for readers who compare. */
function formatShape(shape: readonly (number | null)[]): string {
  return `(${shape.map((d) => (d === null ? "None" : String(d))).join(", ")})`;
}

/** Shapes of the outputs of the last call; of a layer that was built alone: those that follow from what it was built for. */
function outputShape(operation: Operation): string {
  const called = operation.inboundNodes.at(-1)?.outputs.map((y) => formatShape(y.shape));
  const texts = called ?? builtShapes(operation).map(formatShape);
  if (texts.length < 2) return texts[0] ?? "?";
  return called ? `[${texts.join(", ")}]` : `(${texts.join(", ")})`;
}

function builtShapes(operation: Operation): readonly (readonly (number | null)[])[] {
  if (!isLayer(operation) || !operation.buildShapes || operation.buildShapes.length === 0) return [];
  try {
    const outputs = operation.computeOutputShape(...operation.buildShapes);
    const found: (readonly (number | null)[])[] = [];
    tree.mapShapeStructure((shape) => void found.push(shape), outputs);
    return found;
  } catch (error) {
    // Some layers cannot tell without data.
    if (error instanceof KerasError) return [];
    throw error;
  }
}

/** A model whose layers form a chain has no column of connections. */
function isChain(model: Model<never, unknown>): boolean {
  const graph = (
    model as unknown as { graph?: { nodesByDepth: readonly (readonly unknown[])[]; operations: readonly Operation[] } }
  ).graph;
  if (!graph) return true;
  return (
    graph.nodesByDepth.every((nodes) => nodes.length === 1) && graph.operations.every((o) => o.inboundNodes.length <= 1)
  );
}

function connections(operation: Operation, nodes: ReadonlySet<unknown>): string {
  const parts = operation.inboundNodes
    .filter((node) => nodes.has(node))
    .flatMap((node) => node.inputTensors.map((x) => x.history!))
    .map((h) => `${h.operation.name}[${h.nodeIndex}][${h.tensorIndex}]`);
  return parts.length > 0 ? parts.join(", ") : "-";
}

interface Listing {
  readonly connected: boolean;
  readonly trainable: boolean;
  readonly expand: boolean;
}

function rowsOf(model: Model<never, unknown>, how: Listing, indent: string): string[][] {
  const graph = (model as unknown as { graph?: { operations: readonly Operation[]; nodes: ReadonlySet<unknown> } })
    .graph;
  const operations: readonly Operation[] = graph?.operations ?? model.layers;
  return operations.flatMap((operation) => {
    const layer = isLayer(operation) ? operation : null;
    const params = layer === null ? "0" : layer.built ? thousands(count(layer.weights)) : "0 (unbuilt)";
    const row = [`${indent}${operation.name} (${typeName(operation)})`, outputShape(operation), params];
    if (how.connected) row.push(graph && indent === "" ? connections(operation, graph.nodes) : "-");
    if (how.trainable) row.push(layer && layer.weights.length > 0 ? (layer.trainable ? "Y" : "N") : "-");
    const inner =
      how.expand && layer && isModelLike(layer)
        ? rowsOf(layer as unknown as Model<never, unknown>, how, `${indent}   └ `)
        : [];
    return [row, ...inner];
  });
}

function typeName(operation: Operation): string {
  const op = (operation as { op?: { keras?: string; name: string } }).op;
  if (op) return op.keras?.split(".").at(-1) ?? op.name;
  return (operation.constructor as { className?: string }).className ?? operation.constructor.name;
}

/** Whether a layer is a model: it can be listed itself. */
function isModelLike(layer: Layer): boolean {
  return "predictStep" in layer;
}

function columns(how: Listing, options: SummaryOptions): readonly Column[] {
  const names = ["Layer (type)", "Output Shape", "Param #"];
  const widths = how.connected ? [19, 17, 10] : [31, 22, 13];
  if (how.connected) {
    names.push("Connected to");
    widths.push(17);
  }
  if (how.trainable) {
    names.push("Trainable");
    widths.push(9);
    if (options.lineLength === null || options.lineLength === undefined) widths[0]! -= 4;
  }
  const total = widths.reduce((n, w) => n + w, 0);
  const room = (options.lineLength ?? total + names.length * 3 + 1) - names.length * 3 - 1;
  const { positions } = options;
  const scaled = widths.map((w, i) => {
    if (positions && positions.length === widths.length)
      return Math.max(1, Math.floor((positions[i]! - (positions[i - 1] ?? 0)) * room));
    return Math.max(1, Math.floor((w * room) / total));
  });
  return names.map((name, i) => ({
    name,
    width: scaled[i]!,
    align: name === "Param #" ? "right" : name === "Trainable" ? "center" : "left",
  }));
}

/** Prints a model as Keras's `summary` does. */
export function summarize(model: Model<never, unknown>, options: SummaryOptions): void {
  const how: Listing = {
    connected: !isChain(model),
    trainable: options.showTrainable ?? false,
    expand: options.expandNested ?? false,
  };
  let rows = rowsOf(model, how, "");
  if (options.layerRange) {
    const [first, last] = options.layerRange.map((name) => rows.findIndex(([cell]) => cell!.startsWith(`${name} (`)));
    rows = rows.slice(Math.max(0, first!), last! < 0 ? undefined : last! + 1);
  }
  const lines = [`Model: "${model.name}"`, drawTable(columns(how, options), rows), ...totals(model)];
  (options.printFn ?? ((text: string) => console.log(text)))(lines.join("\n"));
}

function totals(model: Model<never, unknown>): string[] {
  if (!model.built)
    return [" Total params: 0 (0.00 B)", " Trainable params: 0 (0.00 B)", " Non-trainable params: 0 (0.00 B)"];
  const optimizer = (model as unknown as { optimizer?: { variables?: readonly Variable[]; built?: boolean } | null })
    .optimizer;
  const state = optimizer?.built ? (optimizer.variables ?? []) : [];
  const [trained, fixed] = [model.trainableWeights, model.nonTrainableWeights];
  const line = (label: string, variables: readonly Variable[]): string =>
    ` ${label} params: ${thousands(count(variables))} (${readableBytes(variables)})`;
  const lines = [
    line("Total", [...trained, ...fixed, ...state]),
    line("Trainable", trained),
    line("Non-trainable", fixed),
  ];
  return state.length > 0 ? [...lines, line("Optimizer", state)] : lines;
}
