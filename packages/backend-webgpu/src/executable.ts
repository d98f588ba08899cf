import {
  UnsupportedError,
  type Backend,
  type Executable,
  type GraphNode,
  type GraphValue,
  type HostArray,
  type StaticSpec,
} from "@keras/ops";
import type { Device, Program } from "./device.ts";
import { runControl } from "./control.ts";
import type { Plan, Step } from "./steps.ts";
import { wordsOf } from "./steps.ts";
import { copyOf, hostValue, newValue, proceed, type GpuValue, type MaybePromise } from "./value.ts";

/** What a run needs beside its plan. */
export interface Machine {
  readonly device: () => Device;
  /** What runs ops that shaders cannot; null: nothing does. */
  readonly host: () => Backend | null;
}

const spec = (v: GraphValue): StaticSpec => v as unknown as StaticSpec;

type Values = Map<GraphValue, GpuValue>;

/** A compiled graph: steps with their pipelines, and what is freed after each. */
export class CompiledGraph implements Executable {
  private readonly plan: Plan;
  private readonly machine: Machine;
  private readonly bodies: ReadonlyMap<Step, readonly CompiledGraph[]>;
  private readonly freed: readonly (readonly GraphValue[])[];
  private programs = new Map<string, Program>();
  private compiledFor: Device | null = null;
  /** Constants of the graph, which stay on the device from run to run. */
  private constants = new Map<GraphValue, GpuValue>();

  constructor(plan: Plan, machine: Machine) {
    this.plan = plan;
    this.machine = machine;
    this.bodies = new Map(
      plan.steps.flatMap((step) =>
        step.kind === "control" ? [[step, step.bodies.map((body) => new CompiledGraph(body, machine))] as const] : [],
      ),
    );
    this.freed = lastUses(plan);
  }

  run(inputs: readonly unknown[]): MaybePromise<readonly GpuValue[]> {
    const device = this.machine.device();
    device.check();
    if (this.compiledFor !== device) {
      this.programs = new Map();
      this.constants = new Map();
      this.compiledFor = device;
    }
    const values: Values = new Map();
    this.plan.graph.inputs.forEach(({ value }, i) => values.set(value, inputs[i] as GpuValue));
    const fail = (error: unknown): never => {
      for (const { value } of this.plan.graph.inputs) values.delete(value);
      for (const v of this.constants.keys()) values.delete(v);
      for (const value of values.values()) value.free();
      throw error;
    };
    try {
      const done = proceed(this.steps(device, values, 0), () => this.outputs(device, values));
      return done instanceof Promise ? done.catch(fail) : done;
    } catch (error) {
      return fail(error);
    }
  }

  dispose(): void {
    for (const value of this.constants.values()) value.free();
    this.constants.clear();
    for (const bodies of this.bodies.values()) for (const body of bodies) body.dispose();
  }

  private steps(device: Device, values: Values, from: number): MaybePromise<void> {
    for (let i = from; i < this.plan.steps.length; i++) {
      const done = this.step(device, values, this.plan.steps[i]!);
      if (done instanceof Promise) {
        return done.then(() => {
          this.drop(values, i);
          return this.steps(device, values, i + 1);
        });
      }
      this.drop(values, i);
    }
  }

  private drop(values: Values, step: number): void {
    for (const v of this.freed[step]!) {
      values.get(v)?.free();
      values.delete(v);
    }
  }

  private program(device: Device, code: string, groups: readonly [number, number]): Program {
    let program = this.programs.get(code);
    if (!program) this.programs.set(code, (program = { pipeline: device.pipeline(code), groups }));
    return program;
  }

  private step(device: Device, values: Values, step: Step): MaybePromise<void> {
    switch (step.kind) {
      case "shader": {
        const out = newValue(device, step.output);
        if (out.count > 0) {
          const memory = step.shader.leaves.map((leaf) => values.get(leaf)!.onDevice(device));
          const { code, groups } = step.shader;
          device.run(this.program(device, code, groups), [...memory, out.onDevice(device)]);
        }
        values.set(step.output, out);
        return;
      }
      case "special": {
        const { node } = step;
        const results = node.outputs.map((v) => newValue(device, v));
        for (const { code, groups, inputs, output, copied } of step.dispatches) {
          const out = results[output]!;
          if (copied !== undefined)
            device.copy(values.get(node.inputs[copied]!)!.onDevice(device), out.onDevice(device), out.count);
          if (out.count === 0 || inputs.some((at) => wordsOf(node.inputs[at]!) === 0)) continue;
          const memory = inputs.map((at) => values.get(node.inputs[at]!)!.onDevice(device));
          device.run(this.program(device, code, groups), [...memory, out.onDevice(device)]);
        }
        node.outputs.forEach((v, i) => values.set(v, results[i]!));
        return;
      }
      case "constant": {
        const { values: data, dtype } = step.value;
        const { output } = step;
        const value = this.constants.get(output) ?? hostValue(data, dtype, wordsOf(output));
        this.constants.set(output, value);
        values.set(output, value);
        return;
      }
      case "control": {
        const operands = step.node.inputs.map((v) => values.get(v)!);
        return proceed(runControl(device, step.node, this.bodies.get(step)!, operands), (results) => {
          step.node.outputs.forEach((v, i) => values.set(v, results[i]!));
        });
      }
      case "host":
        return this.onHost(values, step.node);
    }
  }

  /** Runs a node on the host: its operands are read, if they are not there. */
  private onHost(values: Values, node: GraphNode): MaybePromise<void> {
    const read = node.inputs.map((v) => values.get(v)!.toHost());
    const waiting = read.some((x) => x instanceof Promise);
    return proceed(waiting ? Promise.all(read) : (read as HostArray[]), (arrays) => {
      const results = runOnHost(this.machine.host(), node, arrays);
      node.outputs.forEach((v, i) => values.set(v, hostValue(results[i]!, v.dtype, wordsOf(v))));
    });
  }

  /** The results as values of their own: one that is an input, or was given already, is copied. */
  private outputs(device: Device, values: Values): readonly GpuValue[] {
    const passed = new Set([...this.plan.graph.inputs.map(({ value }) => value), ...this.constants.keys()]);
    const results = this.plan.graph.outputs.map((v) => {
      const value = values.get(v)!;
      if (!passed.has(v)) {
        passed.add(v);
        return value;
      }
      return copyOf(device, value);
    });
    device.submit();
    return results;
  }
}

/** One op on the host. @throws {UnsupportedError} where it cannot either. */
export function runOnHost(host: Backend | null, node: GraphNode, arrays: readonly HostArray[]): readonly HostArray[] {
  const inputSpecs = node.inputs.map(spec);
  const outputSpecs = node.outputs.map(spec);
  if (!host?.kernels || !host.supports(node.op, inputSpecs, node.attrs)) {
    throw new UnsupportedError(`neither the GPU nor ${host ? `its host '${host.name}'` : "a host"} can run this op`, {
      op: node.op.name,
      layer: node.path || undefined,
    });
  }
  const buffers = host.kernels[node.op.name]!({
    inputs: arrays.map((array, i) => host.upload(array, inputSpecs[i]!)),
    inputSpecs,
    attrs: node.attrs,
    outputSpecs,
  });
  return buffers.map((buffer, i) => host.downloadSync!(buffer, outputSpecs[i]!));
}

/** For each step, the values that nothing needs after it. */
function lastUses({ graph, steps }: Plan): readonly (readonly GraphValue[])[] {
  const last = new Map<GraphValue, number>();
  steps.forEach((step, i) => {
    for (const v of touched(step)) last.set(v, i);
  });
  const kept = new Set<GraphValue>([...graph.outputs, ...graph.inputs.map(({ value }) => value)]);
  for (const step of steps) if (step.kind === "constant") kept.add(step.output);
  const freed: GraphValue[][] = steps.map(() => []);
  for (const [v, i] of last) if (!kept.has(v)) freed[i]!.push(v);
  return freed;
}

function touched(step: Step): readonly GraphValue[] {
  switch (step.kind) {
    case "shader":
      return [...step.shader.leaves, step.output];
    case "constant":
      return [step.output];
    default:
      return [...step.node.inputs, ...step.node.outputs];
  }
}
