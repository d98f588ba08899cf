import { refBackend } from "@keras/backend-ref";
import {
  add,
  array,
  BackendError,
  cond,
  deferredExecution,
  foriLoop,
  greater,
  interpreter,
  jit,
  multiply,
  nonzero,
  qr,
  qrFactors,
  registerBackend,
  runtime,
  sum,
  svd,
  withBackend,
  type Backend,
  type Graph,
  type GraphBackend,
} from "@keras/ops";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const { upload, download, downloadSync } = refBackend;

/** The reference kernels behind the face of an engine that only compiles graphs, and the graphs it was given. */
function graphEngine(graphs: Graph[]): GraphBackend {
  return {
    name: "graphs",
    dtypes: refBackend.dtypes,
    host: refBackend,
    supports: (op, inputs, attrs) => op.name !== "svd" && refBackend.supports(op, inputs, attrs),
    upload,
    download,
    downloadSync,
    eager: deferredExecution,
    compile(graph) {
      graphs.push(graph);
      return interpreter(refBackend, graph);
    },
  };
}

let graphs: Graph[];
beforeEach(() => registerBackend(graphEngine((graphs = []))));
afterEach(() => void runtime().backends.delete("graphs"));

describe("an engine that compiles graphs", () => {
  test("gets nothing until a value is read, and then all that is pending", async () => {
    const run = (steps: number): ReturnType<typeof sum> =>
      withBackend("graphs", () => {
        let x = array([1, 2, 3]);
        for (let i = 0; i < steps; i++) x = add(x, 1);
        return sum(multiply(x, 2)) as never;
      });
    const sizes = (): number[] => graphs.splice(0).map((g) => g.nodes.length);
    const first = run(1);
    expect(graphs).toHaveLength(0);
    // Ops that are all new are compiled together, and a structure seen again is there already.
    expect(await first.item()).toBe(18);
    expect(sizes()).toEqual([3]);
    expect(await run(1).item()).toBe(18);
    expect(sizes()).toEqual([]);
    // Known ops in a new structure get graphs of their own, for further structures; the structure itself when it is seen again.
    expect(await run(2).item()).toBe(24);
    expect(sizes()).toEqual([1, 1, 1]);
    expect(await run(3).item()).toBe(30);
    expect(sizes()).toEqual([]);
    expect(await run(2).item()).toBe(24);
    expect(sizes()).toEqual([4]);
  });

  test("leaves to its host what it cannot do", async () => {
    const s = withBackend(
      "graphs",
      () =>
        svd(
          array([
            [3, 0],
            [0, 2],
          ]),
          { computeUv: false },
        ) as never,
    ) as ReturnType<typeof sum>;
    expect(await s.array()).toEqual([3, 2]);
    expect(graphs.flatMap((g) => g.nodes.map((n) => n.op.name))).not.toContain("svd");
  });

  test("runs ops whose shape depends on data", async () => {
    const [rows] = withBackend("graphs", () => nonzero(greater(array([1, -1, 2]), 0)) as never) as ReturnType<
      typeof nonzero
    >;
    expect(await rows!.array()).toEqual([0, 2]);
  });

  test("runs control flow, eagerly and compiled", async () => {
    const double = (x: ReturnType<typeof array>): ReturnType<typeof array> =>
      cond(
        greater(sum(x), 0),
        () => foriLoop(0, 3, (_, y) => multiply(y, 2), x),
        () => x,
      );
    for (const f of [double, jit(double)]) {
      const [up, same] = withBackend("graphs", () => [f(array([1, 2])), f(array([-1, -2]))] as never) as ReturnType<
        typeof array
      >[];
      expect(await up!.array()).toEqual([8, 16]);
      expect(await same!.array()).toEqual([-1, -2]);
    }
  });

  test("must say how its single ops run", () => {
    const { eager: _, ...silent } = graphEngine([]);
    const register = (): void => registerBackend({ ...silent, name: "silent" } as unknown as Backend);
    expect(register).toThrow(BackendError);
    expect(register).toThrow(/'silent' has no kernels .* `eager: deferredExecution`/);
    expect(runtime().backends.has("silent")).toBe(false);
  });
});

test("the factors without a gradient are those of qr", async () => {
  const x = array([
    [1, 2],
    [3, 4],
    [5, 7],
  ]);
  const [[q, r], [ownQ, ownR]] = [qr(x), qrFactors(x)];
  expect(await ownQ.array()).toEqual(await q.array());
  expect(await ownR.array()).toEqual(await r.array());
});
