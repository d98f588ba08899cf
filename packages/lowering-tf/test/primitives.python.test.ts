import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refBackend } from "@keras/backend-ref";
import {
  compileGraph,
  decodeSmallFloats,
  NDArray,
  prepareGraph,
  traceFunction,
  type Backend,
  type Graph,
  type GraphInput,
  type StaticSpec,
} from "@keras/ops";
import { setBackend } from "keras";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pythonPath } from "../../../scripts/python-env.ts";
import { random, generator } from "../../backend-onnx/test/kit.ts";
import { graphOf } from "../../lowering-onnx/test/cases.ts";
import {
  attrValue,
  DATA_TYPE,
  encode,
  GRAPH_DEF,
  lowerToFunction,
  shapeProto,
  tfSupports,
  type GraphDef,
  type NodeDef,
  type TargetOptions,
} from "../src/index.ts";
import { ALL_CASES, FUNCTIONS } from "./cases.ts";

/** Runs each graph in TensorFlow on its inputs; gives the bytes of the results, or the error. */
const RUN = `
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tensorflow as tf
said = {}
for name, task in json.load(open(sys.argv[1])).items():
    try:
        definition = tf.compat.v1.GraphDef.FromString(open(task["graph"], "rb").read())
        with tf.Graph().as_default() as graph:
            tf.import_graph_def(definition, name="")
            with tf.compat.v1.Session() as session:
                feeds = {}
                for i, x in enumerate(task["inputs"]):
                    dtype = tf.as_dtype(x["dtype"]).as_numpy_dtype
                    feeds[f"x{i}:0"] = np.frombuffer(bytes.fromhex(x["bytes"]), dtype).reshape(x["shape"])
                found = session.run([f"call:{i}" for i in range(task["outputs"])], feeds)
        said[name] = [{"dtype": str(a.dtype), "shape": a.shape, "bytes": np.ascontiguousarray(a).tobytes().hex()} for a in found]
    except Exception as error:
        said[name] = str(error)[:2000]
json.dump(said, sys.stdout)
`;

interface Found {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: string;
}

const isConstant = (input: GraphInput): input is Extract<GraphInput, { role: "constant" }> => input.role === "constant";

/** A graph that calls the function on placeholders. */
function program(graph: Graph, options: TargetOptions): GraphDef {
  const { name, functions, inputs } = lowerToFunction(graph, {
    ...options,
    bind: (input) =>
      isConstant(input)
        ? { kind: "constant", values: input.tensor.dataSync() as never, shape: input.value.shape as number[] }
        : { kind: "argument" },
  });
  const specs = inputs.map((input) => input.value);
  const placeholders = specs.map(({ dtype, shape }, i): NodeDef => ({
    name: `x${i}`,
    op: "Placeholder",
    input: [],
    attr: { dtype: { type: DATA_TYPE[dtype] }, shape: { shape: shapeProto(shape) } },
  }));
  const call: NodeDef = {
    name: "call",
    op: "PartitionedCall",
    input: specs.map((_, i) => `x${i}`),
    attr: {
      f: { func: { name } },
      Tin: attrValue({ types: specs.map((s) => s.dtype) }),
      Tout: attrValue({ types: graph.outputs.map((s) => s.dtype) }),
    },
  };
  return { node: [...placeholders, call], library: { function: functions }, versions: { producer: 1087 } };
}

const bytesOf = ({ values }: NDArray): Uint8Array => {
  const data = values as Float32Array;
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
};

const numbersOf = (a: NDArray): number[] =>
  a.dtype === "float16" || a.dtype === "bfloat16"
    ? [...decodeSmallFloats(a.values as Uint16Array, a.dtype)]
    : Array.from(a.values as ArrayLike<number>, Number);

const TOLERANCE: Readonly<Record<string, number>> = { float16: 2e-3, bfloat16: 2e-2, float32: 1e-5, float64: 1e-10 };

/** The first elements that differ. */
function differences(found: Found, wanted: NDArray): string[] {
  expect(found.dtype).toBe(wanted.dtype);
  expect(found.shape).toEqual(wanted.shape);
  const bytes = Uint8Array.from(Buffer.from(found.bytes, "hex"));
  const Values = wanted.values.constructor as new (buffer: ArrayBufferLike) => Float32Array;
  const [a, b] = [
    numbersOf(new NDArray(new Values(bytes.buffer) as never, wanted.shape, wanted.dtype)),
    numbersOf(wanted),
  ];
  const limit = TOLERANCE[wanted.dtype] ?? 0;
  return a.flatMap((x, i) => {
    const y = b[i]!;
    const isClose = Object.is(x, y) || Math.abs(x - y) <= limit * Math.max(1, Math.abs(x), Math.abs(y));
    return isClose ? [] : [`[${i}] ${x}, expected ${y}`];
  });
}

/** What the reference backend gives. */
async function onRef(graph: Graph, inputs: readonly NDArray[]): Promise<NDArray[]> {
  const executable = await compileGraph(refBackend, graph);
  let next = 0;
  const given = graph.inputs.map((input) =>
    isConstant(input) ? { ...input.value, values: input.tensor.dataSync() } : inputs[next++]!,
  );
  const buffers = await executable.run(given.map((x) => refBackend.upload(x.values as never, x as StaticSpec)));
  return graph.outputs.map(({ shape, dtype }, i) => {
    const spec: StaticSpec = { shape: shape as readonly number[], dtype };
    return new NDArray(refBackend.downloadSync!(buffers[i], spec) as never, spec.shape, dtype);
  });
}

await setBackend("ref");

describe("TensorFlow gives what the reference backend gives", () => {
  const folder = mkdtempSync(join(tmpdir(), "keras-tf-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const tasks: Record<string, unknown> = {};
  const wanted = new Map<string, { graph: Graph; inputs: readonly NDArray[] }>();
  let said: Record<string, readonly Found[] | string> = {};

  const add = (name: string, graph: Graph, inputs: readonly NDArray[], options: TargetOptions): void => {
    const file = join(folder, `${wanted.size}.pb`);
    writeFileSync(file, encode(GRAPH_DEF, program(graph, options)));
    tasks[name] = {
      graph: file,
      outputs: graph.outputs.length,
      inputs: inputs.map((x) => ({ dtype: x.dtype, shape: x.shape, bytes: Buffer.from(bytesOf(x)).toString("hex") })),
    };
    wanted.set(name, { graph, inputs });
  };
  const next = generator();
  ALL_CASES.forEach((c, i) => {
    for (const target of c.targets ?? (["portable", "runtime"] as const)) {
      const op = { name: c.op, infer: () => [] };
      if (!tfSupports(op, c.inputs, c.attrs, { target })) continue;
      const inputs = c.inputs.map(({ dtype, shape }, k) => random(dtype, shape as number[], next, c.ranges?.[k]));
      add(`${i} ${c.name} ${JSON.stringify(c.attrs)} ${target}`, graphOf(c), inputs, { target });
    }
  });
  for (const { name, call, inputs, options = {} } of FUNCTIONS) {
    const target = { name: "tf", supports: (op, specs, attrs) => tfSupports(op, specs, attrs, options) } as Backend;
    const { graph } = traceFunction(call, inputs, (results) => results);
    add(name, prepareGraph(target, graph), inputs, options);
  }

  beforeAll(() => {
    const file = join(folder, "tasks.json");
    writeFileSync(file, JSON.stringify(tasks));
    const { status, stdout, stderr } = spawnSync(pythonPath(), ["-c", RUN, file], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    if (status !== 0) throw new Error(`Python failed:\n${stderr}`);
    said = JSON.parse(stdout.trim().split("\n").at(-1)!) as typeof said;
  }, 600_000);

  it("covers every primitive but those left to others", () => expect(wanted.size).toBeGreaterThan(ALL_CASES.length));
  for (const [name, { graph, inputs }] of wanted) {
    it(name, async () => {
      const found = said[name]!;
      if (typeof found === "string") throw new Error(found);
      const expected = await onRef(graph, inputs);
      expected.forEach((array, i) => expect(differences(found[i]!, array).slice(0, 5)).toEqual([]));
    });
  }
});
