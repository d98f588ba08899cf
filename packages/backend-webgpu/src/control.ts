import { allocateHost, sizeOf, type GraphNode, type GraphValue, type HostArray } from "@keras/ops";
import type { Device } from "./device.ts";
import { onDevice } from "./lanes.ts";
import { copyOf, GpuValue, hostValue, newValue, proceed, type MaybePromise } from "./value.ts";

/** A compiled body. */
interface Body {
  run(inputs: readonly unknown[]): MaybePromise<readonly GpuValue[]>;
}

/** Runs `cond`, `while_loop` or `scan`: predicates are read from the device, which takes a moment each. Results are new values. */
export function runControl(
  device: Device,
  node: GraphNode,
  bodies: readonly Body[],
  operands: readonly GpuValue[],
): MaybePromise<readonly GpuValue[]> {
  switch (node.op.name) {
    case "cond":
      return proceed(truth(operands[0]!), (taken) => bodies[taken ? 0 : 1]!.run(operands.slice(1)));
    case "while_loop":
      return runWhile(device, node, bodies[0]!, bodies[1]!, operands);
    default:
      return runScan(device, node, bodies[0]!, operands);
  }
}

const truth = (value: GpuValue): MaybePromise<boolean> => proceed(value.toHost(), (data) => Boolean(data[0]));

async function runWhile(
  device: Device,
  node: GraphNode,
  condition: Body,
  body: Body,
  operands: readonly GpuValue[],
): Promise<readonly GpuValue[]> {
  const carries = node.attrs["carries"] as number;
  const constants = operands.slice(carries);
  let carry: readonly GpuValue[] = operands.slice(0, carries).map((x) => copyOf(device, x));
  for (;;) {
    const [predicate] = await condition.run([...carry, ...constants]);
    const goesOn = await truth(predicate!);
    predicate!.free();
    if (!goesOn) return carry;
    const next = await body.run([...carry, ...constants]);
    for (const x of carry) x.free();
    carry = next;
  }
}

interface ScanAttrs {
  readonly carries: number;
  readonly xs: number;
  readonly length: number;
  readonly reverse: boolean;
}

function runScan(
  device: Device,
  node: GraphNode,
  body: Body,
  operands: readonly GpuValue[],
): MaybePromise<readonly GpuValue[]> {
  const { carries, xs, length, reverse } = node.attrs as unknown as ScanAttrs;
  const sequences = operands.slice(carries, carries + xs);
  const constants = operands.slice(carries + xs);
  const stacks = node.outputs.slice(carries).map((v) => new Stack(device, v, length));
  const step = (carry: readonly GpuValue[], i: number): MaybePromise<readonly GpuValue[]> => {
    if (i === length) return [...carry, ...stacks.map((s) => s.value)];
    const t = reverse ? length - 1 - i : i;
    const slices = sequences.map((x) => sliceOf(device, x, t, length));
    return proceed(body.run([...carry, ...slices, ...constants]), (results) => {
      for (const x of [...carry, ...slices]) x.free();
      const next = results.slice(0, carries);
      stacks.forEach((stack, k) => {
        const y = results[carries + k]!;
        stack.put(t, y);
        y.free();
      });
      return step(next, i + 1);
    });
  };
  return step(
    operands.slice(0, carries).map((x) => copyOf(device, x)),
    0,
  );
}

/** Element `t` along the first axis. */
function sliceOf(device: Device, x: GpuValue, t: number, length: number): GpuValue {
  const count = x.count / length;
  if (!onDevice(x.dtype)) {
    const data = x.hostData!;
    const lanes = data.length / length;
    return hostValue(data.slice(t * lanes, (t + 1) * lanes) as HostArray, x.dtype, count);
  }
  const out = new GpuValue(count, x.dtype, device.take(count), null);
  device.copy(x.onDevice(device), out.onDevice(device), count, t * count, 0);
  return out;
}

/** The results of all steps, one after the other. */
class Stack {
  readonly value: GpuValue;
  private readonly device: Device;
  private readonly length: number;

  constructor(device: Device, v: GraphValue, length: number) {
    this.device = device;
    this.length = length;
    const { dtype, shape } = v;
    this.value = onDevice(dtype)
      ? newValue(device, v)
      : hostValue(allocateHost(dtype, sizeOf(shape as readonly number[])), dtype, sizeOf(shape as readonly number[]));
  }

  put(t: number, y: GpuValue): void {
    if (onDevice(y.dtype)) {
      this.device.copy(y.onDevice(this.device), this.value.onDevice(this.device), y.count, 0, t * y.count);
      return;
    }
    const target = this.value.hostData as Float64Array;
    const data = y.hostData as Float64Array;
    const lanes = target.length / this.length;
    for (let i = 0; i < lanes; i++) target[t * lanes + i] = data[i]!;
  }
}
