import type { Graph, StaticSpec } from "@keras/ops";
import { describe, expect, it } from "vitest";
import { array, GraphBuilder, runGraph } from "./kit.ts";

const F: StaticSpec = { dtype: "float32", shape: [] };
const V: StaticSpec = { dtype: "float32", shape: [2] };
const B: StaticSpec = { dtype: "bool", shape: [] };
const numbers = async (graph: Graph, ...inputs: ReturnType<typeof array>[]): Promise<number[][]> =>
  (await runGraph(graph, inputs)).map((x) => Array.from(x.values as Float32Array));

describe("cond", () => {
  const branch = (op: string): Graph => {
    const b = new GraphBuilder();
    const [x, y] = [b.input("float32", [2]), b.input("float32", [])];
    return b.finish(b.op(op, [x, y]), x);
  };
  it("runs the branch that the predicate picks", async () => {
    const g = new GraphBuilder();
    const [pred, x, y] = [g.input("bool", []), g.input("float32", [2]), g.input("float32", [])];
    const outputs = g.ops("cond", [pred, x, y], { branches: [branch("add"), branch("multiply")] }, [V, V]);
    const graph = g.finish(...outputs);
    const [vec, scalar] = [array("float32", [2], [2, 3]), array("float32", [], [10])];
    expect(await numbers(graph, array("bool", [], [true]), vec, scalar)).toEqual([
      [12, 13],
      [2, 3],
    ]);
    expect(await numbers(graph, array("bool", [], [false]), vec, scalar)).toEqual([
      [20, 30],
      [2, 3],
    ]);
  });
});

describe("while_loop", () => {
  it("repeats while the condition holds, none at all included", async () => {
    const c = new GraphBuilder();
    const [, step, limit] = [c.input("float32", [2]), c.input("float32", []), c.input("float32", [])];
    const cond = c.finish(c.op("less", [step, limit], {}, [B]));
    const b = new GraphBuilder();
    const [x, i] = [b.input("float32", [2]), b.input("float32", [])];
    b.input("float32", []);
    const body = b.finish(b.op("multiply", [x, b.scalar(2)]), b.op("add", [i, b.scalar(1)]));
    const g = new GraphBuilder();
    const inputs = [g.input("float32", [2]), g.input("float32", []), g.input("float32", [])];
    const graph = g.finish(...g.ops("while_loop", inputs, { cond, body, carries: 2 }, [V, F]));
    const run = (start: number, end: number): Promise<number[][]> =>
      numbers(graph, array("float32", [2], [1, 3]), array("float32", [], [start]), array("float32", [], [end]));
    expect(await run(0, 5)).toEqual([[32, 96], [5]]);
    expect(await run(5, 5)).toEqual([[1, 3], [5]]);
  });
});

describe("scan", () => {
  /** carry · w + x, and the carry before it. */
  const body = (): Graph => {
    const b = new GraphBuilder();
    const [carry, x, w] = [b.input("float32", [2]), b.input("float32", [2]), b.input("float32", [])];
    return b.finish(b.op("add", [b.op("multiply", [carry, w]), x]), carry);
  };
  const scan = (length: number, reverse: boolean): Graph => {
    const g = new GraphBuilder();
    const inputs = [g.input("float32", [2]), g.input("float32", [length, 2]), g.input("float32", [])];
    const attrs = { body: body(), carries: 1, xs: 1, length, reverse, residuals: 0 };
    return g.finish(...g.ops("scan", inputs, attrs, [V, { dtype: "float32", shape: [length, 2] }]));
  };
  const direct = (length: number, reverse: boolean, xs: Float32Array): number[][] => {
    let carry = [1, 2];
    const ys: number[][] = [];
    for (let i = 0; i < length; i++) {
      const t = reverse ? length - 1 - i : i;
      ys[t] = carry;
      carry = carry.map((c, k) => c * 0.5 + xs[t * 2 + k]!);
    }
    return [carry, ys.flat()];
  };
  for (const reverse of [false, true]) {
    for (const length of [1, 4, 30_000]) {
      it(`${length} steps ${reverse ? "backwards" : "forwards"}`, async () => {
        const xs = Float32Array.from({ length: length * 2 }, (_, i) => (i % 7) / 4);
        const inputs = [array("float32", [2], [1, 2]), array("float32", [length, 2], xs), array("float32", [], [0.5])];
        const [carry, ys] = await numbers(scan(length, reverse), ...inputs);
        const [wantCarry, wantYs] = direct(length, reverse, xs);
        carry!.forEach((v, i) => expect(v).toBeCloseTo(wantCarry![i]!, 5));
        expect(ys!.every((v, i) => Math.abs(v - wantYs![i]!) < 1e-5)).toBe(true);
      });
    }
  }
  it("without sequences", async () => {
    const b = new GraphBuilder();
    const carry = b.input("float32", [2]);
    const next = b.op("multiply", [carry, b.scalar(2)]);
    for (const length of [3, 40_000]) {
      const g = new GraphBuilder();
      const attrs = {
        body: b.finish(length > 3 ? carry : next),
        carries: 1,
        xs: 0,
        length,
        reverse: false,
        residuals: 0,
      };
      const graph = g.finish(...g.ops("scan", [g.input("float32", [2])], attrs, [V]));
      expect(await numbers(graph, array("float32", [2], [1, 3]))).toEqual([length > 3 ? [1, 3] : [8, 24]]);
    }
  });
  it("of a while_loop inside a cond", async () => {
    const w = new GraphBuilder();
    const i = w.input("float32", []);
    const loopBody = w.finish(w.op("add", [i, w.scalar(1)]));
    const c = new GraphBuilder();
    const cond = c.finish(c.op("less", [c.input("float32", []), c.scalar(7)], {}, [B]));
    const yes = new GraphBuilder();
    const x = yes.input("float32", []);
    const whenTrue = yes.finish(yes.op("while_loop", [x], { cond, body: loopBody, carries: 1 }, [F]));
    const no = new GraphBuilder();
    const y = no.input("float32", []);
    const g = new GraphBuilder();
    const pred = g.input("bool", []);
    const graph = g.finish(g.op("cond", [pred, g.input("float32", [])], { branches: [whenTrue, no.finish(y)] }, [F]));
    expect(await numbers(graph, array("bool", [], [true]), array("float32", [], [2.5]))).toEqual([[7.5]]);
    expect(await numbers(graph, array("bool", [], [false]), array("float32", [], [2.5]))).toEqual([[2.5]]);
  });
});
