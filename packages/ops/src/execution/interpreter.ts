import type { Backend, DeviceBuffer, Executable, StaticSpec } from "../backend.ts";
import { scoped } from "../runtime.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import type { Graph, GraphNode, GraphValue } from "../trace/graph.ts";
import { readNow, runHostNode } from "./host-node.ts";
import { freeing } from "./temporaries.ts";

const staticSpecs = (values: readonly GraphValue[]): readonly StaticSpec[] =>
  values as unknown as readonly StaticSpec[];

/** One step of the plan: a node, where its operands and results lie, and what is free afterwards. */
interface Step {
  readonly node: GraphNode;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly last: readonly number[];
}

/** A graph as a list of kernel calls; each intermediate is freed after its last use. */
export function interpreter(backend: Backend, graph: Graph): Executable {
  const slots = new Map<GraphValue, number>();
  const slotOf = (v: GraphValue): number => {
    let slot = slots.get(v);
    if (slot === undefined) slots.set(v, (slot = slots.size));
    return slot;
  };
  for (const { value } of graph.inputs) slotOf(value);
  const steps = graph.nodes.map((node) => ({
    node,
    inputs: node.inputs.map(slotOf),
    outputs: node.outputs.map(slotOf),
    last: [] as number[],
  }));
  const results = graph.outputs.map(slotOf);
  const kept = new Set([...results, ...graph.inputs.map(({ value }) => slotOf(value))]);
  const lastUse = new Map<number, Step & { last: number[] }>();
  for (const step of steps) for (const slot of [...step.inputs, ...step.outputs]) lastUse.set(slot, step);
  for (const [slot, step] of lastUse) if (!kept.has(slot)) step.last.push(slot);
  return { run: (inputs) => runSteps(backend, steps, slots.size, results, inputs) };
}

function runSteps(
  backend: Backend,
  steps: readonly Step[],
  count: number,
  results: readonly number[],
  inputs: readonly DeviceBuffer[],
): readonly DeviceBuffer[] {
  const memory = new Array<DeviceBuffer>(count);
  inputs.forEach((buffer, i) => (memory[i] = buffer));
  for (const { node, inputs: from, outputs: to, last } of steps) {
    const made = call(
      backend,
      node,
      from.map((slot) => memory[slot]),
    );
    to.forEach((slot, i) => (memory[slot] = made[i]));
    for (const slot of last) {
      backend.free?.(memory[slot]);
      memory[slot] = undefined;
    }
  }
  return results.map((slot) => memory[slot]);
}

function call(backend: Backend, node: GraphNode, inputs: readonly DeviceBuffer[]): readonly DeviceBuffer[] {
  const inputSpecs = staticSpecs(node.inputs);
  const outputSpecs = staticSpecs(node.outputs);
  if (backend.supports(node.op, inputSpecs, node.attrs)) {
    return backend.kernels![node.op.name]!({ inputs, inputSpecs, attrs: node.attrs, outputSpecs });
  }
  if (node.op.run) return runOnTensors(backend, node, inputs);
  return runHostNode(backend, node, inputs);
}

/** A node that runs itself on tensors, here on raw buffers: control flow inside a graph. */
function runOnTensors(backend: Backend, node: GraphNode, inputs: readonly DeviceBuffer[]): readonly DeviceBuffer[] {
  const wrapped = inputs.map((buffer, i) => {
    const spec = node.inputs[i] as unknown as StaticSpec;
    return new Tensor(spec.shape, spec.dtype, new Storage(backend, spec, { name: "ready", buffer }));
  });
  for (const x of wrapped) x.pinned = true;
  const results = scoped({ backend, trace: null, tapes: [], overlay: null }, () =>
    freeing(() => node.op.run!(wrapped, node.attrs)),
  );
  // One that came back as it was given, or twice, becomes a buffer of its own: each slot is freed by itself.
  const taken = new Set(wrapped.map((x) => x.memory()));
  const buffers = results.map((y) => {
    const memory = y.memory();
    if (!backend.free || !taken.has(memory)) {
      taken.add(memory);
      return memory.buffer();
    }
    return backend.upload(readNow(backend, memory.buffer(), memory.spec, node), memory.spec);
  });
  // The interpreter owns the buffers, operands and results alike: let go of them without freeing.
  for (const x of new Set([...wrapped, ...results].map((y) => y.memory()))) x.surrender();
  return buffers;
}
