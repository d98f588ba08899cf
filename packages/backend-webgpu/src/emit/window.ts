import { sizeOf, type GraphNode } from "@keras/ops";
import { laneOf } from "../lanes.ts";
import { literal, type Emitter, type Place } from "../wgsl/emitter.ts";
import { SUM, type Reduction } from "./reduce.ts";
import { extreme, kindOf, operand, result, settle, type EmitRule, type EmitTable } from "./emit.ts";

interface Sliding {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly inputDilation?: readonly number[];
  readonly kernelDilation?: readonly number[];
  readonly groups?: number;
}

/** How windows slide over `spatial` sizes, with the kernel's or the pool's window. */
function sliding(node: GraphNode, window: readonly number[]): Required<Sliding> {
  const given = node.attrs as unknown as Sliding;
  const ones = window.map(() => 1);
  return { groups: 1, inputDilation: ones, kernelDilation: ones, ...given, window };
}

/**
 * Runs `body` for the taps of a window whose input lies inside: `taps` and `inputs` are coordinates along the spatial axes.
 * `outputs` are those of the window.
 */
function eachTap(
  e: Emitter,
  s: Required<Sliding>,
  spatial: readonly number[],
  outputs: readonly string[],
  body: (taps: readonly string[], inputs: readonly string[]) => void,
): void {
  const walk = (axis: number, taps: readonly string[], inputs: readonly string[]): void => {
    if (axis === spatial.length) return body(taps, inputs);
    e.loop(s.window[axis]!, (tap) => {
      const base = `i32(${outputs[axis]!}) * ${s.strides[axis]!} - ${literal(s.padding[axis]![0], "i32")}`;
      const at = e.let(`${base} + i32(${tap}) * ${s.kernelDilation[axis]!}`);
      const dilation = s.inputDilation[axis]!;
      const last = (spatial[axis]! - 1) * dilation;
      const whole = dilation === 1 ? "" : ` && ${at} % ${dilation} == 0`;
      e.block(`if (${at} >= 0 && ${at} <= ${last}${whole})`, () => {
        walk(axis + 1, [...taps, tap], [...inputs, e.let(dilation === 1 ? `u32(${at})` : `u32(${at} / ${dilation})`)]);
      });
    });
  };
  walk(0, [], []);
}

/** Runs `body` for the windows that see an input: coordinates of their outputs and of the tap under which they see it. */
function eachWindow(
  e: Emitter,
  s: Required<Sliding>,
  out: readonly number[],
  inputs: readonly string[],
  body: (taps: readonly string[], outputs: readonly string[]) => void,
): void {
  const walk = (axis: number, taps: readonly string[], outputs: readonly string[]): void => {
    if (axis === out.length) return body(taps, outputs);
    e.loop(s.window[axis]!, (tap) => {
      const padded = `i32(${inputs[axis]!}) * ${s.inputDilation[axis]!} + ${literal(s.padding[axis]![0], "i32")}`;
      const at = e.let(`${padded} - i32(${tap}) * ${s.kernelDilation[axis]!}`);
      const stride = s.strides[axis]!;
      e.block(`if (${at} >= 0 && ${at} % ${stride} == 0 && ${at} / ${stride} < ${out[axis]!})`, () => {
        walk(axis + 1, [...taps, tap], [...outputs, e.let(`u32(${at} / ${stride})`)]);
      });
    });
  };
  walk(0, [], []);
}

const spatialOf = (shape: readonly number[]): readonly number[] => shape.slice(1, -1);

function accumulate(e: Emitter, sum: string, x: string, y: string, lane: string): void {
  e.line(lane === "f32" ? `${sum} = fma(${x}, ${y}, ${sum});` : `${sum} += ${x} * ${y};`);
}

function outside(e: Emitter, node: GraphNode): { readonly sum: string; readonly lane: "f32" | "i32" | "u32" } {
  const lane = laneOf(result(node).dtype);
  return { sum: e.var(lane, literal(0, lane)), lane };
}

const conv: EmitRule = {
  cost: "loop",
  supports: ([x]) => kindOf(x!.dtype) !== "bool",
  emit: (e, node, place) => {
    const [x, kernel] = [operand(node, 0), operand(node, 1)];
    const s = sliding(node, kernel.shape.slice(0, -2));
    const [channels, filters] = kernel.shape.slice(-2) as [number, number];
    const coords = place.coords();
    const f = coords.at(-1)!;
    const group = s.groups === 1 ? "0u" : e.let(`${f} / ${filters / s.groups}u`);
    const { sum, lane } = outside(e, node);
    eachTap(e, s, spatialOf(x.shape), coords.slice(1, -1), (taps, inputs) => {
      e.loop(channels, (c) => {
        const channel = group === "0u" ? c : e.let(`${group} * ${channels}u + ${c}`);
        const value = e.read(x, e.place(x.shape, [coords[0]!, ...inputs, channel]));
        accumulate(e, sum, value, e.read(kernel, e.place(kernel.shape, [...taps, c, f])), lane);
      });
    });
    return settle(sum, result(node).dtype);
  },
};

const convInputGrad: EmitRule = {
  cost: "loop",
  supports: ([x]) => kindOf(x!.dtype) === "float",
  emit: (e, node, place) => {
    const [gradient, kernel] = [operand(node, 0), operand(node, 1)];
    const s = sliding(node, kernel.shape.slice(0, -2));
    const [channels, filters] = kernel.shape.slice(-2) as [number, number];
    const perGroup = filters / s.groups;
    const coords = place.coords();
    const channel = coords.at(-1)!;
    const group = s.groups === 1 ? "0u" : e.let(`${channel} / ${channels}u`);
    const c = s.groups === 1 ? channel : e.let(`${channel} % ${channels}u`);
    const { sum, lane } = outside(e, node);
    eachWindow(e, s, spatialOf(gradient.shape), coords.slice(1, -1), (taps, outputs) => {
      e.loop(perGroup, (k) => {
        const f = group === "0u" ? k : e.let(`${group} * ${perGroup}u + ${k}`);
        const value = e.read(gradient, e.place(gradient.shape, [coords[0]!, ...outputs, f]));
        accumulate(e, sum, value, e.read(kernel, e.place(kernel.shape, [...taps, c, f])), lane);
      });
    });
    return settle(sum, result(node).dtype);
  },
};

/** An element of a kernel's gradient as a sum over the pixels of all outputs. */
export function kernelGradient(node: GraphNode): Reduction {
  const [x, gradient] = [operand(node, 0), operand(node, 1)];
  const { shape } = result(node);
  const s = sliding(node, shape.slice(0, -2));
  const [channels, filters] = shape.slice(-2) as [number, number];
  const spatial = spatialOf(x.shape);
  const pixels = gradient.shape.slice(0, -1);
  const read = (e: Emitter, place: Place, k: string): string => {
    const coords = place.coords();
    const [c, f] = coords.slice(-2) as [string, string];
    const group = s.groups === 1 ? "0u" : e.let(`${f} / ${filters / s.groups}u`);
    const channel = group === "0u" ? c : e.let(`${group} * ${channels}u + ${c}`);
    const [n, ...outputs] = e.at(pixels, k).coords();
    // The tap is given; what is walked are the windows.
    const inputs = outputs.map((o, i) => {
      const base = `i32(${o}) * ${s.strides[i]!} - ${literal(s.padding[i]![0], "i32")}`;
      return e.let(`${base} + i32(${coords[i]!}) * ${s.kernelDilation[i]!}`);
    });
    const tests = inputs.map((at, i) => {
      const dilation = s.inputDilation[i]!;
      const whole = dilation === 1 ? "" : ` && ${at} % ${dilation} == 0`;
      return `${at} >= 0 && ${at} <= ${(spatial[i]! - 1) * dilation}${whole}`;
    });
    const term = e.var("f32", "0f");
    e.block(`if (${tests.join(" && ")})`, () => {
      const at = inputs.map((i, axis) => e.let(`u32(${i}) / ${s.inputDilation[axis]!}u`));
      const value = e.read(x, e.place(x.shape, [n!, ...at, channel]));
      e.line(`${term} = ${value} * ${e.read(gradient, e.place(gradient.shape, [n!, ...outputs, f]))};`);
    });
    return term;
  };
  return { fold: SUM, count: sizeOf(pixels), read };
}

const convKernelGrad: EmitRule = {
  cost: "loop",
  supports: ([x]) => kindOf(x!.dtype) === "float",
  emit: (e, node, place) => {
    const { count, read } = kernelGradient(node);
    const { sum } = outside(e, node);
    place.coords();
    e.loop(count, (k) => e.line(`${sum} += ${read(e, place, k)};`));
    return settle(sum, result(node).dtype);
  },
};

const maxPool: EmitRule = {
  cost: "loop",
  emit: (e, node, place) => {
    const x = operand(node, 0);
    const coords = place.coords();
    const best = e.var(laneOf(x.dtype), extreme(x.dtype, true));
    const larger = kindOf(x.dtype) === "float" ? "fmax_k" : "max";
    eachTap(
      e,
      sliding(node, node.attrs["window"] as number[]),
      spatialOf(x.shape),
      coords.slice(1, -1),
      (_, inputs) => {
        const value = e.read(x, e.place(x.shape, [coords[0]!, ...inputs, coords.at(-1)!]));
        e.line(`${best} = ${larger}(${best}, ${value});`);
      },
    );
    return best;
  },
};

/** Each window gives its gradient to its first maximum: a window that sees this element is searched for an earlier one. */
const maxPoolGrad: EmitRule = {
  cost: "loop",
  supports: ([x]) => kindOf(x!.dtype) === "float",
  emit: (e, node, place) => {
    const [x, y, gradient] = [0, 1, 2].map((i) => operand(node, i));
    const s = sliding(node, node.attrs["window"] as number[]);
    const coords = place.coords();
    const [n, c] = [coords[0]!, coords.at(-1)!];
    const own = e.let(e.read(x!, place));
    const { sum } = outside(e, node);
    eachWindow(e, s, spatialOf(y!.shape), coords.slice(1, -1), (_, outputs) => {
      const at = e.place(y!.shape, [n, ...outputs, c]);
      const largest = e.let(e.read(y!, at));
      e.block(`if (${own} == ${largest} || is_nan(${own}))`, () => {
        const first = e.var("bool", "true");
        eachTap(e, s, spatialOf(x!.shape), outputs, (_taps, inputs) => {
          const other = e.place(x!.shape, [n, ...inputs, c]);
          const value = e.let(e.read(x!, other));
          e.line(
            `if (${other.linear()} < ${place.linear()} && (${value} == ${largest} || is_nan(${value}))) { ${first} = false; }`,
          );
        });
        e.line(`if (${first}) { ${sum} += ${e.read(gradient!, at)}; }`);
      });
    });
    return settle(sum, result(node).dtype);
  },
};

const averagePool: EmitRule = {
  cost: "loop",
  supports: ([x]) => kindOf(x!.dtype) === "float",
  emit: (e, node, place) => {
    const x = operand(node, 0);
    const coords = place.coords();
    const { sum } = outside(e, node);
    const count = e.var("f32", "0f");
    eachTap(
      e,
      sliding(node, node.attrs["window"] as number[]),
      spatialOf(x.shape),
      coords.slice(1, -1),
      (_, inputs) => {
        e.line(`${sum} += ${e.read(x, e.place(x.shape, [coords[0]!, ...inputs, coords.at(-1)!]))};`);
        e.line(`${count} += 1f;`);
      },
    );
    return settle(`(${sum} / ${count})`, result(node).dtype);
  },
};

/** Number of elements under the window along one axis. */
function covered(e: Emitter, s: Required<Sliding>, axis: number, size: number, output: string): string {
  const low = `i32(${output}) * ${s.strides[axis]!} - ${literal(s.padding[axis]![0], "i32")}`;
  return e.let(`f32(min(${low} + ${s.window[axis]!}, ${size}) - max(${low}, 0))`);
}

const averagePoolGrad: EmitRule = {
  cost: "loop",
  supports: ([x]) => kindOf(x!.dtype) === "float",
  emit: (e, node, place) => {
    const gradient = operand(node, 0);
    const s = sliding(node, node.attrs["window"] as number[]);
    const coords = place.coords();
    const spatial = spatialOf(place.shape);
    const { sum } = outside(e, node);
    eachWindow(e, s, spatialOf(gradient.shape), coords.slice(1, -1), (_, outputs) => {
      const value = e.read(gradient, e.place(gradient.shape, [coords[0]!, ...outputs, coords.at(-1)!]));
      const counts = outputs.map((o, axis) => covered(e, s, axis, spatial[axis]!, o));
      e.line(`${sum} += ${value} / (${counts.join(" * ")});`);
    });
    return settle(sum, result(node).dtype);
  },
};

/** Convolution and pooling, each result by one thread. */
export const windowRules: EmitTable = /* @__PURE__ */ (() => ({
  conv,
  conv_input_grad: convInputGrad,
  conv_kernel_grad: convKernelGrad,
  max_pool: maxPool,
  max_pool_grad: maxPoolGrad,
  average_pool: averagePool,
  average_pool_grad: averagePoolGrad,
}))();
