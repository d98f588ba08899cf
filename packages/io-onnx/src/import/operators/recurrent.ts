import * as k from "@keras/ops";
import type { Call, OperatorTable } from "../call.ts";

type T = k.Tensor;
type Activation = (x: T) => T;

const ACTIVATIONS: Readonly<Record<string, (x: T, alpha: number, beta: number) => T>> = {
  sigmoid: (x) => k.sigmoid(x),
  tanh: (x) => k.tanh(x),
  relu: (x) => k.maximum(x, 0),
  affine: (x, a, b) => k.add(k.multiply(x, k.float(a)), k.float(b)),
  leakyrelu: (x, a) => k.leakyRelu(x, { negativeSlope: a }),
  thresholdedrelu: (x, a) => k.where(k.greater(x, k.float(a)), x, k.zerosLike(x)),
  scaledtanh: (x, a, b) => k.multiply(k.tanh(k.multiply(x, k.float(b))), k.float(a)),
  hardsigmoid: (x, a, b) => k.clip(k.add(k.multiply(x, k.float(a)), k.float(b)), 0, 1),
  elu: (x, a) => k.elu(x, { alpha: a }),
  softsign: (x) => k.softsign(x),
  softplus: (x) => k.softplus(x),
};

/** State after a step, given the input's share of the gates, the state, and the direction's weights. */
interface Cell {
  readonly gates: number;
  readonly defaults: readonly string[];
  step(x: T, state: readonly T[], weights: Weights, activate: readonly Activation[]): readonly T[];
}

interface Weights {
  readonly r: T;
  readonly bias: T | null;
  readonly peepholes: T | null;
  readonly call: Call;
}

const part = (x: T, i: number, n: number): T => k.getItem(x, "..." as never, { start: i * n, stop: (i + 1) * n });
const rows = (x: T, i: number, j: number, n: number): T => k.getItem(x, { start: i * n, stop: j * n });

const rnn: Cell = {
  gates: 1,
  defaults: ["Tanh"],
  step: (x, [h], { r }, [f]) => [f!(k.add(x, k.matmul(h!, k.transpose(r))))],
};

const gru: Cell = {
  gates: 3,
  defaults: ["Sigmoid", "Tanh"],
  step: (x, [h], { r, bias, call }, [f, g]) => {
    const n = h!.shape.at(-1)!;
    const zr = k.add(k.getItem(x, "..." as never, { stop: 2 * n }), k.matmul(h!, k.transpose(rows(r, 0, 2, n))));
    const [z, reset] = [f!(part(zr, 0, n)), f!(part(zr, 1, n))];
    const own = k.transpose(rows(r, 2, 3, n));
    const recurrentBias = bias ? k.getItem(bias, { start: 5 * n }) : null;
    const after = call.int("linear_before_reset", 0) === 1;
    const shifted = (v: T): T => (recurrentBias ? k.add(v, recurrentBias) : v);
    const inner = after ? k.multiply(reset, shifted(k.matmul(h!, own))) : shifted(k.matmul(k.multiply(reset, h!), own));
    const candidate = g!(k.add(part(x, 2, n), inner));
    return [k.add(k.multiply(k.subtract(k.float(1), z), candidate), k.multiply(z, h!))];
  },
};

const lstm: Cell = {
  gates: 4,
  defaults: ["Sigmoid", "Tanh", "Tanh"],
  step: (x, [h, c], { r, peepholes, call }, [f, g, out]) => {
    const n = h!.shape.at(-1)!;
    const all = k.add(x, k.matmul(h!, k.transpose(r)));
    const peep = (i: number, state: T): T =>
      peepholes ? k.multiply(k.getItem(peepholes, { start: i * n, stop: (i + 1) * n }), state) : k.zerosLike(state);
    const i = f!(k.add(part(all, 0, n), peep(0, c!)));
    const forget =
      call.int("input_forget", 0) === 1 ? k.subtract(k.float(1), i) : f!(k.add(part(all, 2, n), peep(2, c!)));
    const cell = k.add(k.multiply(forget, c!), k.multiply(i, g!(part(all, 3, n))));
    const o = f!(k.add(part(all, 1, n), peep(1, cell)));
    return [k.multiply(o, out!(cell)), cell];
  },
};

function recurrent(c: Call, cell: Cell, states: number): (T | null)[] {
  const batchFirst = c.int("layout", 0) === 1;
  const x = batchFirst ? k.swapaxes(c.tensor(0), 0, 1) : c.tensor(0);
  const size = c.int("hidden_size", c.tensor(2).shape.at(-1)!);
  const direction = c.text("direction", "forward");
  const count = direction === "bidirectional" ? 2 : 1;
  const lengths = c.maybe(4);
  const names = c.texts("activations");
  const clip = c.has("clip") ? c.float("clip", 0) : null;
  const results = Array.from({ length: count }, (_, d) => {
    const backwards = direction === "reverse" || d === 1;
    const bias = c.maybe(3) ? k.getItem(c.tensor(3), d) : null;
    const n = cell.gates * size;
    const w = k.getItem(c.tensor(1), d);
    let shared: T = k.matmul(x, k.transpose(w));
    if (bias) {
      // The recurrent bias of the GRU's candidate comes in later.
      const recurrentBias = k.getItem(bias, { start: n, stop: 2 * n });
      const masked =
        cell === gru
          ? k.concatenate([k.getItem(recurrentBias, { stop: 2 * size }), k.zeros([size], { dtype: x.dtype })])
          : recurrentBias;
      shared = k.add(shared, k.add(k.getItem(bias, { stop: n }), masked));
    }
    const weights: Weights = {
      r: k.getItem(c.tensor(2), d),
      bias,
      peepholes: cell === lstm && c.maybe(7) ? k.getItem(c.tensor(7), d) : null,
      call: c,
    };
    const activate = activationsOf(c, cell, names, d, clip);
    const start = Array.from({ length: states }, (_, s): T => {
      const given = c.maybe(5 + s);
      if (!given) return k.zeros([x.shape[1]!, size], { dtype: x.dtype });
      return batchFirst ? k.getItem(given, {}, d) : k.getItem(given, d);
    });
    return walk(shared, start, lengths, backwards, (g, s) => cell.step(g, s, weights, activate));
  });
  const y = k.stack(
    results.map((r) => r.y),
    { axis: 1 },
  );
  const last = Array.from({ length: states }, (_, s) =>
    k.stack(
      results.map((r) => r.last[s]!),
      { axis: batchFirst ? 1 : 0 },
    ),
  );
  return [batchFirst ? k.transpose(y, [2, 0, 1, 3]) : y, ...last];
}

function activationsOf(
  c: Call,
  cell: Cell,
  names: readonly string[] | null,
  direction: number,
  clip: number | null,
): Activation[] {
  const n = cell.defaults.length;
  const own = names && names.length > 0 ? names.slice(direction * n, (direction + 1) * n) : cell.defaults;
  const [alphas, betas] = [c.floats("activation_alpha") ?? [], c.floats("activation_beta") ?? []];
  return own.map((name, i) => {
    const fn = ACTIVATIONS[name.toLowerCase()];
    if (!fn) throw new k.UnsupportedError(`the activation '${name}' is not known here`);
    const usual =
      name.toLowerCase() === "hardsigmoid" ? [0.2, 0.5] : [name.toLowerCase() === "leakyrelu" ? 0.01 : 1, 0];
    const held = (x: T): T => (clip === null ? x : k.clip(x, k.float(-clip), k.float(clip)));
    return (x) => fn(held(x), alphas[direction * n + i] ?? usual[0]!, betas[direction * n + i] ?? usual[1]!);
  });
}

/** Runs along the first axis. Sequences that have ended keep their state and give zeros. */
function walk(
  xs: T,
  start: readonly T[],
  lengths: T | null,
  backwards: boolean,
  step: (x: T, state: readonly T[]) => readonly T[],
): { y: T; last: readonly T[] } {
  const n = xs.shape[0]!;
  const steps = k.arange(n, { dtype: "int32" });
  const [last, y] = k.scan(
    ((state: T[], [x, t]: [T, T]) => {
      const next = step(x, state);
      if (!lengths) return [next, next[0]];
      const live = k.expandDims(k.less(t, k.cast(lengths, "int32")), -1);
      return [next.map((v, i) => k.where(live, v, state[i]!)), k.where(live, next[0]!, k.zerosLike(next[0]!))];
    }) as never,
    [...start] as never,
    [xs, steps] as never,
    { reverse: backwards },
  ) as unknown as [T[], T];
  return { y, last };
}

export const recurrents: OperatorTable = {
  RNN: (c) => recurrent(c, rnn, 1) as T[],
  GRU: (c) => recurrent(c, gru, 1) as T[],
  LSTM: (c) => recurrent(c, lstm, 2) as T[],
};
