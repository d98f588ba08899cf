// Graphs keep unknown sizes: every op takes a batch of unknown size, and its parts down to the primitives give what it announces.
import { beforeEach, expect, it } from "vitest";
import { dim, legalize, PRIMITIVES, traceFunction, verify, type Dim, type Tensor } from "@keras/ops";
import { dtypeOf, type Case } from "./numpy/cases.ts";
import { CASES as NN } from "./nn/cases.ts";
import { CASES as MATH } from "./math/cases.ts";
import { CASES as LINALG } from "./linalg/cases.ts";
import { CASES as IMAGE } from "./image/cases.ts";
import { useReference } from "./numpy/support.ts";

beforeEach(useReference);

const list = <T>(results: T | readonly T[]): readonly T[] => (Array.isArray(results) ? results : [results as T]);
const PRIMITIVE_TARGET = {
  name: "primitives",
  supports: (op: { readonly name: string }) => Object.hasOwn(PRIMITIVES, op.name),
};

/** Cases that need the size of their first axis: it counts what kernels take, or the rows of a matrix. */
const STATIC: ReadonlySet<string> = new Set(["conv (one axis, channels first)", "separableConv"]);

const batch = dim.symbol("batch");
const batched = NN.concat(MATH, IMAGE).filter((c) => !STATIC.has(c.name));
const matrices = LINALG.filter((c) => c.inputs[0]!.shape.length === 3);

/** The shapes of a case whose first size is unknown, wherever it comes first. */
const unknown = (c: Case): readonly Dim[][] =>
  c.inputs.map(({ shape }) => shape.map((d, i) => (i === 0 && d === c.inputs[0]!.shape[0] ? batch : d)));

function expand(c: Case): void {
  const shapes = unknown(c);
  const specs = c.inputs.map((input, i) => ({ shape: shapes[i]!, dtype: dtypeOf(input, "float32") }));
  const { graph } = traceFunction(
    (...xs: Tensor[]) => list(c.call(...xs)),
    specs,
    (results) => results,
  );
  const primitive = legalize(graph, PRIMITIVE_TARGET);
  verify(primitive);
  const announced = ({ outputs }: typeof graph): unknown => outputs.map((y) => [y.dtype, y.shape.map(String)]);
  expect(announced(primitive)).toEqual(announced(graph));
}

it.each([...batched, ...matrices])("$name", expand);
