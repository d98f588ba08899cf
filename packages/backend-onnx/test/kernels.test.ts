import { ELEMENT, encodeModel, type AttributeProto, type TensorProto, type ValueInfoProto } from "@keras/lowering-onnx";
import type { DType } from "@keras/ops";
import ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { kernelDTypes, kernelOps } from "../../lowering-onnx/src/kernels.ts";

type Operand = readonly [dtype: DType | "T", shape: readonly number[]];

/** How an operator is called: its operands, the types of its results, attributes, constants after the operands. */
interface Call {
  readonly operands: readonly Operand[];
  readonly results: readonly (DType | "T")[];
  readonly attributes?: readonly AttributeProto[];
  readonly constants?: readonly (readonly number[])[];
}

const text = new TextEncoder();
const int = (name: string, i: number): AttributeProto => ({ name, type: 2, i });
const ints = (name: string, values: number[]): AttributeProto => ({ name, type: 7, ints: values });
const word = (name: string, s: string): AttributeProto => ({ name, type: 3, s: text.encode(s) });
const x = (...shape: number[]): Operand => ["T", shape];
const one: Call = { operands: [x(4)], results: ["T"] };
const two: Call = { operands: [x(4), x(4)], results: ["T"] };
const test: Call = { operands: [x(4)], results: ["bool"] };
const comparison: Call = { operands: [x(4), x(4)], results: ["bool"] };
const reduction: Call = { operands: [x(4, 4)], results: ["T"], constants: [[0]] };
const matrices: Call = { operands: [x(4, 4), x(4, 4)], results: ["T"] };
const image: Call = { operands: [x(1, 1, 4, 4)], results: ["T"], attributes: [ints("kernel_shape", [2, 2])] };
const filtered: Call = { operands: [x(1, 1, 4, 4), x(1, 1, 2, 2)], results: ["T"] };
const running: Call = { operands: [x(4, 4), ["int64", []]], results: ["T"] };
const index: Call = { operands: [x(4, 4)], results: ["int64"] };
const moved = (...constants: number[][]): Call => ({ operands: [x(4)], results: ["T"], constants });

/** Operators that are not called with one operand. */
const CALLS: Readonly<Record<string, Call>> = {
  ArgMax: index,
  ArgMin: index,
  AveragePool: image,
  BitShift: { ...two, attributes: [word("direction", "LEFT")] },
  Clip: { operands: [x(4), x()], results: ["T"] },
  Concat: { ...two, attributes: [int("axis", 0)] },
  Conv: filtered,
  ConvTranspose: filtered,
  CumProd: running,
  CumSum: running,
  Expand: moved([3, 4]),
  FusedMatMul: matrices,
  Gather: { operands: [x(4), ["int32", [3]]], results: ["T"] },
  GatherElements: { operands: [x(4), ["int64", [3]]], results: ["T"] },
  GatherND: { operands: [x(4), ["int64", [3, 1]]], results: ["T"] },
  Gemm: matrices,
  LayerNormalization: { operands: [x(4, 4), x(4)], results: ["T"] },
  MatMul: matrices,
  MaxPool: image,
  Pad: { operands: [x(4), ["int64", [2]], x()], results: ["T"] },
  Reshape: moved([2, 2]),
  ScatterND: { operands: [x(4), ["int64", [3, 1]], x(3)], results: ["T"], attributes: [word("reduction", "add")] },
  Slice: moved([0], [2], [0], [1]),
  Split: { operands: [x(4)], results: ["T", "T"], attributes: [int("num_outputs", 2)] },
  Tile: moved([2]),
  TopK: { operands: [x(4)], results: ["T", "int64"], constants: [[2]] },
  Transpose: { operands: [x(4, 4)], results: ["T"] },
  Where: { operands: [["bool", [4]], x(4), x(4)], results: ["T"] },
};
for (const op of [
  "Add",
  "And",
  "BitwiseAnd",
  "BitwiseOr",
  "BitwiseXor",
  "Div",
  "Max",
  "Min",
  "Mul",
  "Or",
  "Pow",
  "Sub",
  "Xor",
])
  Object.assign(CALLS, { [op]: two });
for (const op of ["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"])
  Object.assign(CALLS, { [op]: comparison });
for (const op of ["IsInf", "IsNaN"]) Object.assign(CALLS, { [op]: test });
for (const op of ["ReduceL1", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceSum"])
  Object.assign(CALLS, { [op]: reduction });

function modelOf(op: string, dtype: DType): Uint8Array<ArrayBuffer> {
  const { operands, results, attributes = [], constants = [] } = CALLS[op] ?? one;
  const type = (t: DType | "T"): number => ELEMENT[t === "T" ? dtype : t];
  const input = operands.map(([t, shape], i): ValueInfoProto => ({
    name: `x${i}`,
    type: { tensorType: { elemType: type(t), shape: { dim: shape.map((d) => ({ dimValue: d })) } } },
  }));
  const initializer = constants.map((values, i): TensorProto => ({
    name: `c${i}`,
    dims: [values.length],
    dataType: 7,
    int64Data: [...values],
  }));
  const attribute = op === "Mod" ? [int("fmod", dtype.startsWith("float") ? 1 : 0)] : [...attributes];
  const names = op === "Mod" ? ["x0", "x0"] : [...input, ...initializer].map((v) => v.name!);
  return encodeModel({
    irVersion: 13,
    opsetImport: [{ version: 26 }, { domain: "com.microsoft", version: 1 }],
    graph: {
      name: "probe",
      node: [
        {
          opType: op,
          domain: op === "FusedMatMul" ? "com.microsoft" : undefined,
          input: names,
          output: results.map((_, i) => `y${i}`),
          attribute,
        },
      ],
      initializer,
      input,
      output: results.map((t, i) => ({ name: `y${i}`, type: { tensorType: { elemType: type(t) } } })),
    },
  });
}

describe("ONNX Runtime has a kernel for every operator and type that the lowering counts on", () => {
  for (const op of kernelOps()) {
    it(op, async () => {
      for (const dtype of kernelDTypes(op)) {
        const session = await ort.InferenceSession.create(modelOf(op, dtype), {
          graphOptimizationLevel: "disabled",
          logSeverityLevel: 4,
          intraOpNumThreads: 1,
        });
        expect(session.outputNames.length, `${op} of ${dtype}`).toBeGreaterThan(0);
        await session.release();
      }
    });
  }
});
