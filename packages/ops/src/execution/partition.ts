import type { Backend, DeviceBuffer, Executable, StaticSpec } from "../backend.ts";
import type { HostArray } from "../ndarray.ts";
import { subgraphs } from "../op.ts";
import { Graph, GraphValue, type GraphInput, type GraphNode } from "../trace/graph.ts";
import { Rewriter } from "../passes/rewrite.ts";
import { hostFor } from "./host-node.ts";
import { interpreter } from "./interpreter.ts";

const spec = (v: GraphValue): StaticSpec => v as unknown as StaticSpec;

/** Whether every node of a body is supported, so that the backend can take the control flow around it. */
function supportsBodies(backend: Backend, node: GraphNode): boolean {
  return subgraphs(node.attrs).every((body) => body.nodes.every((n) => onDevice(backend, n)));
}

function onDevice(backend: Backend, node: GraphNode): boolean {
  if (!backend.supports(node.op, node.inputs as unknown as readonly StaticSpec[], node.attrs)) return false;
  return !node.op.run || supportsBodies(backend, node);
}

/** Whether a node of the graph itself, not of a body, goes to the device. */
function goesToDevice(backend: Backend, node: GraphNode): boolean {
  if (!onDevice(backend, node)) return false;
  return !(backend.host && backend.prefersHost?.(node.op, node.inputs as unknown as readonly StaticSpec[], node.attrs));
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
    const device = goesToDevice(backend, node);
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
  readonly run: (inputs: readonly DeviceBuffer[]) => MaybePromise<readonly DeviceBuffer[]>;
  readonly dispose?: (() => void) | undefined;
}

type MaybePromise<T> = T | Promise<T>;

/** Goes on with a value that is there or still to come; at once where it is there. */
function then<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** The values of a list, at once where none is still to come. */
function whole<T>(values: readonly MaybePromise<T>[]): MaybePromise<readonly T[]> {
  return values.some((v) => v instanceof Promise) ? Promise.all(values) : (values as readonly T[]);
}

function pieceValues(
  segment: Segment,
  wanted: ReadonlySet<GraphValue>,
): { inputs: GraphValue[]; outputs: GraphValue[] } {
  const inside = new Set(segment.nodes.flatMap((n) => n.outputs));
  const inputs = new Set(segment.nodes.flatMap((n) => n.inputs).filter((v) => !inside.has(v)));
  return { inputs: [...inputs], outputs: [...inside].filter((v) => wanted.has(v)) };
}

/** The nodes of a segment as a graph from its inputs to its outputs. */
function graphOf({ nodes }: Segment, inputs: readonly GraphValue[], outputs: readonly GraphValue[]): Graph {
  const graphInputs: GraphInput[] = inputs.map((v, i) => ({
    role: "argument",
    value: new GraphValue(v, null, i),
    name: `in_${i}`,
  }));
  const rewriter = new Rewriter(graphInputs);
  inputs.forEach((v, i) => rewriter.replace(v, graphInputs[i]!.value));
  for (const node of nodes) rewriter.keep(node);
  return rewriter.finish(outputs);
}

function devicePiece(backend: Backend, segment: Segment, wanted: ReadonlySet<GraphValue>): MaybePromise<Piece> {
  const { inputs, outputs } = pieceValues(segment, wanted);
  return then(backend.compile!(graphOf(segment, inputs, outputs)), (executable) => ({
    inputs,
    outputs,
    run: (buffers) => executable.run(buffers),
    dispose: executable.dispose && (() => executable.dispose!()),
  }));
}

/** Nodes that the host runs one by one, control flow with a body that the backend cannot take among them. */
function hostPiece(backend: Backend, segment: Segment, wanted: ReadonlySet<GraphValue>): Piece {
  const { inputs, outputs } = pieceValues(segment, wanted);
  const [host] = segment.nodes.map((node) => hostFor(backend, node)) as [Backend];
  const { run } = interpreter(host, graphOf(segment, inputs, outputs));
  const compute = (arrays: readonly HostArray[]): MaybePromise<readonly DeviceBuffer[]> =>
    then(run(inputs.map((v, i) => host.upload(arrays[i]!, spec(v)))), (results) =>
      whole(outputs.map((v, i) => then(read(host, results[i], v), (array) => backend.upload(array, spec(v))))),
    );
  return {
    inputs,
    outputs,
    run: (buffers) => then(whole(inputs.map((v, i) => read(backend, buffers[i], v))), compute),
  };
}

/** A value on the host, at once where the backend can. */
function read(backend: Backend, buffer: DeviceBuffer, v: GraphValue): MaybePromise<HostArray> {
  return backend.downloadSync ? backend.downloadSync(buffer, spec(v)) : backend.download(buffer, spec(v));
}

/** Compiles a prepared graph for a graph backend: whole where it can, else as a sequence of executables and host ops. */
export function partition(backend: Backend, graph: Graph): Executable | Promise<Executable> {
  const segments = cut(backend, graph);
  if (segments.every((s) => s.device)) return backend.compile!(graph);
  return link(backend, graph, segments);
}

function link(backend: Backend, graph: Graph, segments: readonly Segment[]): MaybePromise<Executable> {
  const wanted = new Set(graph.outputs);
  for (const s of segments) {
    const inside = new Set(s.nodes.flatMap((n) => n.outputs));
    for (const v of s.nodes.flatMap((n) => n.inputs)) if (!inside.has(v)) wanted.add(v);
  }
  const made = segments.map((s) => (s.device ? devicePiece(backend, s, wanted) : hostPiece(backend, s, wanted)));
  return then(whole(made), (pieces) => sequence(backend, graph, pieces));
}

/** Runs pieces one after the other and frees what no later one needs. */
function sequence(backend: Backend, graph: Graph, pieces: readonly Piece[]): Executable {
  const passed = new Set(graph.inputs.map((i) => i.value));
  const results = new Set(graph.outputs);
  const lastUse = new Map<GraphValue, number>();
  pieces.forEach((piece, at) => piece.inputs.forEach((v) => lastUse.set(v, at)));
  const step = (values: Map<GraphValue, DeviceBuffer>, at: number): MaybePromise<Map<GraphValue, DeviceBuffer>> => {
    const piece = pieces[at];
    if (!piece) return values;
    return then(piece.run(piece.inputs.map((v) => values.get(v))), (buffers) => {
      piece.outputs.forEach((v, i) => values.set(v, buffers[i]));
      for (const [v, buffer] of values) {
        if (results.has(v) || passed.has(v) || (lastUse.get(v) ?? -1) > at) continue;
        backend.free?.(buffer);
        values.delete(v);
      }
      return step(values, at + 1);
    });
  };
  return {
    run: (inputs) => {
      const values = new Map<GraphValue, DeviceBuffer>();
      graph.inputs.forEach(({ value }, i) => values.set(value, inputs[i]));
      return then(step(values, 0), (all) => takeOutputs(backend, graph, all, passed));
    },
    dispose: () => pieces.forEach((piece) => piece.dispose?.()),
  };
}

/** The outputs as buffers of their own: one that is an input, or was given already, is copied. */
function takeOutputs(
  backend: Backend,
  graph: Graph,
  values: ReadonlyMap<GraphValue, DeviceBuffer>,
  passed: ReadonlySet<GraphValue>,
): MaybePromise<readonly DeviceBuffer[]> {
  const given = new Set<GraphValue>();
  return whole(
    graph.outputs.map((v) => {
      const buffer = values.get(v);
      if (!passed.has(v) && !given.has(v)) {
        given.add(v);
        return buffer;
      }
      return then(read(backend, buffer, v), (array) => backend.upload(array, spec(v)));
    }),
  );
}
