import type { Backend, DeviceBuffer, Executable, StaticSpec } from "../backend.ts";
import { isControlFlow } from "../core/control-flow.ts";
import { subgraphs } from "../op.ts";
import { Graph, GraphValue, type GraphInput, type GraphNode } from "../trace/graph.ts";
import { Rewriter } from "../passes/rewrite.ts";
import { hostFor } from "./host-node.ts";

const spec = (v: GraphValue): StaticSpec => v as unknown as StaticSpec;

/** Whether every node of a body is supported, so that the backend can take the control flow around it. */
function supportsBodies(backend: Backend, node: GraphNode): boolean {
  return subgraphs(node.attrs).every((body) => body.nodes.every((n) => onDevice(backend, n)));
}

function onDevice(backend: Backend, node: GraphNode): boolean {
  if (!backend.supports(node.op, node.inputs as unknown as readonly StaticSpec[], node.attrs)) return false;
  return !isControlFlow(node.op) || supportsBodies(backend, node);
}

/** A run of nodes that one engine executes. */
interface Segment {
  readonly device: boolean;
  readonly nodes: GraphNode[];
}

/**
 * Cuts a graph into alternating segments: as much as possible of what the backend supports, then what its host must do, and so on.
 * Each node goes into the earliest segment of its kind that follows its operands.
 */
function cut(backend: Backend, graph: Graph): readonly Segment[] {
  const segments: Segment[] = [{ device: true, nodes: [] }];
  const at = new Map<GraphNode, number>();
  for (const node of graph.nodes) {
    const device = onDevice(backend, node);
    let index = Math.max(0, ...node.inputs.map((v) => (v.node ? at.get(v.node)! : 0)));
    if (segments[index]!.device !== device) index++;
    while (segments.length <= index) segments.push({ device: segments.length % 2 === 0, nodes: [] });
    segments[index]!.nodes.push(node);
    at.set(node, index);
  }
  return segments.filter((s) => s.nodes.length > 0);
}

/** A segment as a graph of its own, and the outer values that are its inputs and outputs. */
interface Piece {
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly run: (inputs: readonly DeviceBuffer[]) => readonly DeviceBuffer[] | Promise<readonly DeviceBuffer[]>;
}

function pieceValues(segment: Segment, wanted: ReadonlySet<GraphValue>): { inputs: GraphValue[]; outputs: GraphValue[] } {
  const inside = new Set(segment.nodes.flatMap((n) => n.outputs));
  const inputs = new Set(segment.nodes.flatMap((n) => n.inputs).filter((v) => !inside.has(v)));
  return { inputs: [...inputs], outputs: [...inside].filter((v) => wanted.has(v)) };
}

async function devicePiece(backend: Backend, segment: Segment, wanted: ReadonlySet<GraphValue>): Promise<Piece> {
  const { inputs, outputs } = pieceValues(segment, wanted);
  const graphInputs: GraphInput[] = inputs.map((v, i) => ({ role: "argument", value: new GraphValue(v, null, i), name: `in_${i}` }));
  const rewriter = new Rewriter(graphInputs);
  inputs.forEach((v, i) => rewriter.replace(v, graphInputs[i]!.value));
  for (const node of segment.nodes) rewriter.keep(node);
  const executable = await backend.compile!(rewriter.finish(outputs));
  return { inputs, outputs, run: (buffers) => executable.run(buffers) };
}

function hostPiece(backend: Backend, segment: Segment, wanted: ReadonlySet<GraphValue>): Piece {
  const { inputs, outputs } = pieceValues(segment, wanted);
  const host = hostFor(backend, segment.nodes[0]!);
  for (const node of segment.nodes) hostFor(backend, node);
  const run = async (buffers: readonly DeviceBuffer[]): Promise<readonly DeviceBuffer[]> => {
    const values = new Map<GraphValue, DeviceBuffer>();
    for (const [i, v] of inputs.entries()) values.set(v, host.upload(await backend.download(buffers[i], spec(v)), spec(v)));
    for (const node of segment.nodes) {
      const results = host.kernels![node.op.name]!({
        inputs: node.inputs.map((v) => values.get(v)),
        inputSpecs: node.inputs.map(spec),
        attrs: node.attrs,
        outputSpecs: node.outputs.map(spec),
      });
      node.outputs.forEach((v, i) => values.set(v, results[i]));
    }
    return Promise.all(outputs.map(async (v) => backend.upload(await host.download(values.get(v), spec(v)), spec(v))));
  };
  return { inputs, outputs, run };
}

/** Compiles a prepared graph for a graph backend: whole where it can, else as a sequence of executables and host ops. */
export function partition(backend: Backend, graph: Graph): Executable | Promise<Executable> {
  const segments = cut(backend, graph);
  if (segments.every((s) => s.device)) return backend.compile!(graph);
  return link(backend, graph, segments);
}

async function link(backend: Backend, graph: Graph, segments: readonly Segment[]): Promise<Executable> {
  const wanted = new Set(graph.outputs);
  for (const s of segments) {
    const inside = new Set(s.nodes.flatMap((n) => n.outputs));
    for (const v of s.nodes.flatMap((n) => n.inputs)) if (!inside.has(v)) wanted.add(v);
  }
  const pieces: Piece[] = [];
  for (const s of segments) pieces.push(s.device ? await devicePiece(backend, s, wanted) : hostPiece(backend, s, wanted));
  const passed = new Set(graph.inputs.map((i) => i.value));
  const results = new Set(graph.outputs);
  return {
    run: async (inputs) => {
      const values = new Map<GraphValue, DeviceBuffer>();
      graph.inputs.forEach(({ value }, i) => values.set(value, inputs[i]));
      for (const [at, piece] of pieces.entries()) {
        const made = await piece.run(piece.inputs.map((v) => values.get(v)));
        piece.outputs.forEach((v, i) => values.set(v, made[i]));
        for (const [v, buffer] of values) {
          const needed = results.has(v) || passed.has(v) || pieces.slice(at + 1).some((p) => p.inputs.includes(v));
          if (needed) continue;
          backend.free?.(buffer);
          values.delete(v);
        }
      }
      return graph.outputs.map((v) => values.get(v));
    },
  };
}
