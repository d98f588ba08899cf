import type { Backend, Executable, StaticSpec } from "../backend.ts";
import type { Attrs, OpDef } from "../op.ts";
import { runtime } from "../runtime.ts";
import { Storage, type Deferred } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import { Graph, GraphNode, GraphValue, type GraphInput } from "../trace/graph.ts";
import { attrsKey, specKey } from "./attrs-key.ts";
import { compileGraph } from "./compile.ts";
import { LruMap } from "./lru.ts";
import { enqueue } from "./run.ts";

/** Pending nodes are run by themselves when there are this many. */
const LIMIT = 500;
/** Executables kept per backend for structures seen again. */
const CACHED = 256;
/** Structures remembered that were met and not compiled. */
const REMEMBERED = 4096;
/** Nodes of a whole that take about as long to compile as one op by itself, which is mostly the start of another executable. */
const NODES_PER_EXECUTABLE = 8;

interface Operand {
  readonly storage: Storage;
  readonly spec: StaticSpec;
}

/** An op that was applied on a graph backend and has not run. */
export class PendingNode implements Deferred {
  readonly backend: Backend;
  readonly op: OpDef;
  readonly attrs: Attrs;
  readonly inputs: readonly Operand[];
  readonly path: string;
  outputs: readonly Storage[] = [];
  dead: boolean = false;
  /** Whether it still holds its inputs. */
  holding: boolean = true;

  constructor(backend: Backend, op: OpDef, inputs: readonly Tensor[], attrs: Attrs) {
    this.backend = backend;
    this.op = op;
    this.attrs = attrs;
    this.inputs = inputs.map((x) => ({ storage: x.memory().retain(), spec: { shape: x.shape, dtype: x.dtype } }));
    this.path = runtime().scope.join("/");
  }

  /** Runs everything that is pending on its backend. */
  start(): void {
    flush(this.backend);
  }

  /** An output has no holder left; when none has, the node never needs to run. */
  drop(): void {
    if (!this.dead && this.outputs.every((o) => o.state.name === "freed")) {
      this.dead = true;
      this.release();
    }
  }

  release(): void {
    if (!this.holding) return;
    this.holding = false;
    for (const { storage } of this.inputs) storage.release();
  }
}

interface Pending {
  nodes: PendingNode[];
  readonly executables: LruMap<string, Executable | Promise<Executable>>;
  /** Structures that were met and have no executable. */
  readonly seen: LruMap<string, true>;
}

const pendings = new WeakMap<Backend, Pending>();

function pendingOf(backend: Backend): Pending {
  let pending = pendings.get(backend);
  if (!pending) {
    const dispose = (e: Executable | Promise<Executable>): void =>
      void Promise.resolve(e).then(
        (x) => x.dispose?.(),
        () => {},
      );
    pending = { nodes: [], executables: new LruMap(CACHED, dispose), seen: new LruMap(REMEMBERED) };
    pendings.set(backend, pending);
  }
  return pending;
}

/** Notes an op for later; its outputs are pending tensors. */
export function defer(
  backend: Backend,
  op: OpDef,
  inputs: readonly Tensor[],
  attrs: Attrs,
  specs: readonly StaticSpec[],
): readonly Tensor[] {
  const pending = pendingOf(backend);
  const node = new PendingNode(backend, op, inputs, attrs);
  const tensors = specs.map(
    (spec) => new Tensor(spec.shape, spec.dtype, new Storage(backend, spec, { name: "pending", node })),
  );
  node.outputs = tensors.map((x) => x.memory());
  pending.nodes.push(node);
  if (pending.nodes.length >= LIMIT) flush(backend);
  return tensors;
}

/** Runs everything that is pending on a backend. */
export function flush(backend: Backend): void {
  const pending = pendingOf(backend);
  const nodes = pending.nodes.filter((n) => !n.dead);
  pending.nodes = [];
  if (nodes.length === 0) return;
  try {
    for (const structure of structures(pending, nodes)) runStructure(backend, pending, structure);
  } finally {
    for (const node of nodes) node.release();
  }
}

/**
 * What to run for a list of nodes: the whole, or each by itself. A new structure is often never seen again (set-up code, a notebook cell),
 * while its ops are: they get executables of their own. Where the ops are new as well, as when weights of new shapes are made, one
 * executable for all takes less.
 */
function structures(pending: Pending, nodes: readonly PendingNode[]): readonly Structure[] {
  const whole = describe(nodes);
  if (nodes.length === 1 || pending.executables.get(whole.key) || pending.seen.get(whole.key)) return [whole];
  pending.seen.set(whole.key, true);
  const single = nodes.map((node) => describe([node]));
  const fresh = new Set<string>();
  for (const { key } of single) if (!pending.executables.get(key) && !pending.seen.get(key)) fresh.add(key);
  for (const key of fresh) pending.seen.set(key, true);
  return fresh.size * NODES_PER_EXECUTABLE >= nodes.length ? [whole] : single;
}

interface Structure {
  readonly key: string;
  readonly leaves: readonly Storage[];
  readonly results: readonly Storage[];
  readonly build: () => Graph;
}

/** The function that a list of pending nodes computes, as a cache key and as a graph, and where its values come from and go to. */
function describe(nodes: readonly PendingNode[]): Structure {
  const names = new Map<Storage, string>();
  const leaves: Operand[] = [];
  const uses = new Map<Storage, number>();
  const parts: string[] = [];
  const results: Storage[] = [];
  nodes.forEach((node, n) => {
    const operands = node.inputs.map(({ storage, spec }) => {
      uses.set(storage, (uses.get(storage) ?? 0) + 1);
      let name = names.get(storage);
      if (name === undefined) {
        name = `i${leaves.length}`;
        names.set(storage, name);
        leaves.push({ storage, spec });
      }
      return name;
    });
    node.outputs.forEach((o, i) => names.set(o, `n${n}.${i}`));
    parts.push(`${node.op.name}${attrsKey(node.attrs)}(${operands.join(",")})`);
  });
  // Whatever is held by more than the nodes themselves may still be read.
  for (const node of nodes) {
    for (const o of node.outputs) if (o.state.name !== "freed" && o.holders > (uses.get(o) ?? 0)) results.push(o);
  }
  const key = `${leaves.map((l) => specKey(l.spec)).join(";")}|${parts.join(";")}|${results.map((r) => names.get(r)).join(",")}`;
  return { key, leaves: leaves.map((l) => l.storage), results, build: () => buildGraph(nodes, leaves, results) };
}

function buildGraph(nodes: readonly PendingNode[], leaves: readonly Operand[], results: readonly Storage[]): Graph {
  const values = new Map<Storage, GraphValue>();
  const inputs: GraphInput[] = leaves.map(({ storage, spec }, i) => {
    const value = new GraphValue(spec, null, i);
    values.set(storage, value);
    return { role: "argument", value, name: `input_${i}` };
  });
  const built = nodes.map((node) => {
    const graphNode = new GraphNode(
      node.op,
      node.inputs.map((x) => values.get(x.storage)!),
      node.attrs,
      node.outputs.map((o) => o.spec),
      node.path,
    );
    node.outputs.forEach((o, i) => values.set(o, graphNode.outputs[i]!));
    return graphNode;
  });
  return new Graph(
    inputs,
    built,
    results.map((r) => values.get(r)!),
  );
}

function runStructure(backend: Backend, pending: Pending, { key, leaves, results, build }: Structure): void {
  if (results.length === 0) return;
  let executable = pending.executables.get(key);
  if (executable === undefined) {
    executable = compileGraph(backend, build());
    pending.executables.set(key, executable);
    if (executable instanceof Promise) executable.catch(() => pending.executables.delete(key));
  }
  enqueue(backend, executable, leaves, results, () => pending.executables.delete(key));
}
