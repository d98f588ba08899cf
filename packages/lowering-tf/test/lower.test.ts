import { dim, traceFunction, type Dim, type Spec } from "@keras/ops";
import { ops, setBackend, Variable } from "keras";
import { beforeAll, describe, expect, it } from "vitest";
import { GraphBuilder } from "../../lowering-onnx/test/builder.ts";
import { encode, lowerToFunction, many, map, one, tfSupports, type FunctionDef, type NodeDef } from "../src/index.ts";

beforeAll(() => setBackend("ref"));

const f = (...shape: Dim[]): Spec => ({ dtype: "float32", shape });
const types = ({ nodeDef }: FunctionDef): string[] => nodeDef.map((n) => n.op);
const node = ({ nodeDef }: FunctionDef, op: string): NodeDef => nodeDef.find((n) => n.op === op)!;

describe("names", () => {
  it("nodes are named after layer and op, arguments and results as wanted", () => {
    const g = new GraphBuilder();
    const x = g.input("float32", [2, 3], "Image data");
    g.path = "net/dense_1";
    const { functions, inputNames, outputNames } = lowerToFunction(g.finish(g.op("tanh", [x])), {
      name: "score",
      outputNames: ["Scores"],
    });
    expect(functions[0]!.signature.name).toBe("score");
    expect(node(functions[0]!, "Tanh").name).toBe("net/dense_1/tanh/Tanh");
    expect([inputNames, outputNames]).toEqual([["image_data"], ["scores"]]);
    expect(functions[0]!.ret).toEqual({ scores: "Identity:output:0" });
  });

  it("names that repeat are told apart", () => {
    const g = new GraphBuilder();
    const [a, b] = [g.input("float32", [2], "w"), g.input("float32", [2], "w")];
    expect(lowerToFunction(g.finish(g.op("add", [a, b]))).inputNames).toEqual(["w", "w_1"]);
  });

  it("equal nodes are emitted once", () => {
    const g = new GraphBuilder();
    const x = g.input("float32", [2]);
    const { functions } = lowerToFunction(g.finish(g.op("add", [g.op("exp", [x]), g.op("exp", [x])])));
    expect(types(functions[0]!)).toEqual(["Exp", "AddV2", "Identity"]);
  });
});

describe("sizes", () => {
  const [batch, seq] = [dim.symbol("batch"), dim.symbol("seq")];

  it("one that is not known is left to TensorFlow, several are computed from the arguments", () => {
    const reshaped = (...shape: Dim[]): string[] => {
      const g = new GraphBuilder();
      const x = g.input("float32", [batch, seq, 12]);
      return types(lowerToFunction(g.finish(g.op("reshape", [x], { shape }, [f(...shape)]))).functions[0]!);
    };
    expect(reshaped(dim.mul(batch, seq), 12)).toEqual(["Const", "Reshape", "Identity"]);
    const computed = reshaped(batch, seq, 3, 4);
    expect(computed.filter((t) => t === "Shape")).toHaveLength(1);
    expect(computed).toContain("Pack");
  });

  it("one that no input has is an error", () => {
    const g = new GraphBuilder();
    const x = g.input("float32", [1, 4]);
    const graph = g.finish(g.op("broadcast_to", [x], { shape: [batch, 4] }, [f(batch, 4)]));
    expect(() => lowerToFunction(graph)).toThrow(/'batch'/);
  });

  it("a broadcast that the next op does by itself leaves no trace", () => {
    const g = new GraphBuilder();
    const [x, b] = [g.input("float32", [batch, 4]), g.input("float32", [4])];
    const wide = g.op("broadcast_to", [b], { shape: [batch, 4] }, [x]);
    expect(types(lowerToFunction(g.finish(g.op("add", [x, wide]))).functions[0]!)).toEqual(["AddV2", "Identity"]);
  });

  it("padding 'same' of any size is TensorFlow's own", () => {
    const { graph } = traceFunction(
      (x) => ops.conv(x!, ops.ones([3, 3, 2, 4]), { strides: 2, padding: "same" }),
      [f(batch, seq, seq, 2)],
      (y) => [y],
    );
    const [conv] = lowerToFunction(graph).functions.map((fn) => node(fn, "Conv2D"));
    expect(new TextDecoder().decode(conv!.attr["padding"]!.s)).toBe("SAME");
  });
});

describe("variables", () => {
  it("are handles behind the arguments, read once, and assigned after they were read", () => {
    const count = new Variable(ops.array([1]), { name: "count" });
    const { graph, trace } = traceFunction(
      (x) => {
        const sum = ops.add(count.value, x!);
        count.assign(sum);
        return ops.multiply(sum, 2);
      },
      [f(1)],
      (y) => [y],
    );
    const { functions, variables } = lowerToFunction(graph, {
      bind: (input) => ({ kind: input.role === "variable" ? "variable" : "argument" }),
      assigned: [...trace.writes.keys()],
    });
    const [main] = functions;
    expect(variables).toEqual([count]);
    expect(main!.signature).toMatchObject({ isStateful: true, controlOutput: [node(main!, "AssignVariableOp").name] });
    expect(main!.signature.inputArg.map((a) => a.type)).toEqual([1, 20]);
    expect(node(main!, "AssignVariableOp").input.at(-1)).toBe(`^${node(main!, "ReadVariableOp").name}`);
    expect(types(main!).filter((t) => t === "ReadVariableOp")).toHaveLength(1);
  });
});

describe("control flow", () => {
  it("bodies are functions; what they use from outside comes in as arguments, constants are copied", () => {
    const { graph } = traceFunction(
      (x, y) =>
        ops.whileLoop(
          (v: ops.Tensor) => ops.less(ops.sum(v), 9),
          (v: ops.Tensor) => ops.add(v, y!),
          x!,
        ),
      [f(3), f(3)],
      (v) => [v],
    );
    const { functions } = lowerToFunction(graph);
    expect(functions).toHaveLength(3);
    const [test, body, main] = functions as [FunctionDef, FunctionDef, FunctionDef];
    expect(test.signature.inputArg.map((a) => a.type)).toEqual(body.signature.inputArg.map((a) => a.type));
    expect(body.signature.outputArg.map((a) => a.type)).toEqual(body.signature.inputArg.map((a) => a.type));
    expect(node(main, "StatelessWhile").attr["cond"]).toEqual({ func: { name: test.signature.name } });
    expect(types(test)).toContain("Const");
  });
});

describe("what is not there", () => {
  it("an op without an equivalent is an error that names op and layer", () => {
    const g = new GraphBuilder();
    const x = g.input("float32", [3, 3]);
    g.path = "net/pivots";
    const graph = g.finish(...g.ops("lu", [x], {}, [f(3, 3), { dtype: "int32", shape: [3] }]));
    expect(() => lowerToFunction(graph)).toThrow(/TensorFlow has no equivalent.*net\/pivots/s);
  });

  it("support is told by dtype, rank and purpose", () => {
    const op = (name: string): Parameters<typeof tfSupports>[0] => ({ name, infer: () => [] });
    expect(tfSupports(op("exp"), [f(2)], {})).toBe(true);
    expect(tfSupports(op("exp"), [{ dtype: "float8_e5m2", shape: [2] }], {})).toBe(false);
    expect(tfSupports(op("exp"), [f(1, 1, 1, 1, 1, 1, 1, 1, 1)], {})).toBe(false);
    expect(tfSupports(op("cholesky"), [f(3, 3)], {})).toBe(true);
    // TensorFlow fails where others give NaN.
    expect(tfSupports(op("cholesky"), [f(3, 3)], {}, { target: "runtime" })).toBe(false);
    expect(tfSupports(op("toString"), [f(2)], {})).toBe(false);
  });
});

describe("messages", () => {
  it("are written as protobuf has them", () => {
    const schema = {
      name: one(1, "string"),
      sizes: many(2, "int64"),
      on: one(3, "bool"),
      inner: map(4, () => ({ f: one(1, "float") })),
      check: one(5, "fixed32"),
    };
    const bytes = encode(schema, { name: "a", sizes: [1, -1], on: false, inner: { k: { f: 1 } }, check: 258 });
    const minusOne = "ffffffffffffffffff01";
    expect(Buffer.from(bytes).toString("hex")).toBe(`0a0161120b01${minusOne}1800220a0a016b12050d0000803f2d02010000`);
    expect(encode(schema, {})).toHaveLength(0);
  });
});
