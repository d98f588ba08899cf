// Exports every model to every format, and runs the artifacts in the formats' real runtimes.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { litert } from "@keras/io-litert";
import { openvino } from "@keras/io-openvino";
import { onnx } from "@keras/io-onnx";
import { savedModel } from "@keras/io-savedmodel";
import { exportModel, type ExportFormat, type ExportReport } from "@keras/models";
import { NDArray, ops, setBackend, tree } from "keras";
import { pythonPath } from "../../scripts/python-env.ts";
import { CASES, type ExportCase } from "./models.ts";

/** The formats of the matrix, with the file that each gives. */
export const FORMATS: Readonly<Record<string, { readonly format: ExportFormat; readonly file: string }>> = {
  onnx: { format: onnx as ExportFormat, file: "model.onnx" },
  litert: { format: litert as ExportFormat, file: "model.tflite" },
  openvino: { format: openvino as ExportFormat, file: "model.xml" },
  savedmodel: { format: savedModel as ExportFormat, file: "model" },
};

/** The result of one model in one format. */
export interface Cell {
  readonly model: string;
  readonly format: string;
  /** The largest difference, relative to 1 + |y|; null where it could not be exported or run. */
  readonly difference: number | null;
  /** Up to which difference it passes. */
  readonly tolerance: number;
  readonly bytes: number;
  readonly milliseconds: number;
  readonly error?: string;
}

const BATCHES = [1, 3];

/** The largest difference that passes. */
export const TOLERANCE = 1e-4;

function inputsOf({ inputs, integers }: ExportCase, batch: number): Record<string, NDArray> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, shape], k) => {
      const full = [batch, ...shape];
      const n = full.reduce((a, b) => a * b, 1);
      const limit = integers?.[name];
      const values =
        limit === undefined
          ? Float32Array.from({ length: n }, (_, i) => Math.sin(1.7 * i + k))
          : Int32Array.from({ length: n }, (_, i) => (i * 7 + k) % limit);
      return [name, new NDArray(values as never, full, (limit === undefined ? "float32" : "int32") as never)];
    }),
  );
}

/** Statistics and weights away from their first values, so that nothing cancels. */
function stir(model: ExportCase["model"]): void {
  for (const [i, v] of (model as unknown as { variables: readonly ops.Variable[] }).variables.entries()) {
    if (!/moving|gamma|beta|bias|scale/.test(v.name) || !v.dtype.startsWith("float")) continue;
    const n = (v.shape as readonly number[]).reduce((a, b) => a * b, 1);
    const wave = Float32Array.from({ length: n }, (_, j) => 0.75 + 0.5 * Math.sin(i + j));
    const values: ops.Tensor = ops.reshape(ops.array(wave), v.shape as number[]);
    v.assign(ops.cast(values, v.dtype));
  }
}

const save = (path: string, { values, shape, dtype }: NDArray): unknown => {
  writeFileSync(path, values as Float32Array);
  return { path, shape, dtype };
};

/** Outputs in the order in which structures are flattened. */
const arraysOf = (x: unknown): readonly NDArray[] => (x instanceof NDArray ? [x] : tree.flatten<NDArray>(x as never));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Builds a model, and saves inputs and what it makes of them. */
async function prepare(
  make: () => ExportCase,
  place: string,
): Promise<{ readonly one: ExportCase; readonly runs: readonly unknown[] }> {
  const one = make();
  const runs: unknown[] = [];
  for (const batch of BATCHES) {
    const given = inputsOf(one, batch);
    const values = Object.values(given);
    const feed = values.length === 1 ? values[0] : given;
    if (batch === BATCHES[0]) {
      await one.model.predict(feed as never);
      stir(one.model);
    }
    const results = arraysOf(await one.model.predict(feed as never));
    runs.push({
      inputs: Object.fromEntries(Object.entries(given).map(([k, v]) => [k, save(join(place, `in-${k}-${batch}`), v)])),
      outputs: results.map((y, i) => save(join(place, `out-${i}-${batch}`), y)),
    });
  }
  return { one, runs };
}

/** Runs the matrix, or those models whose names contain `only`. */
export async function runMatrix(
  folder: string,
  only = "",
  formats: readonly string[] = Object.keys(FORMATS),
): Promise<Cell[]> {
  await setBackend("ref");
  const cells: Cell[] = [];
  const jobs: unknown[] = [];
  for (const [number, [name, make]] of Object.entries(CASES).entries()) {
    if (!name.includes(only)) continue;
    const place = join(folder, String(number));
    mkdirSync(place, { recursive: true });
    const prepared = await prepare(make, place).catch((error: unknown) => `model: ${messageOf(error)}`);
    if (typeof prepared === "string") {
      for (const format of formats)
        cells.push({
          model: name,
          format,
          difference: null,
          tolerance: TOLERANCE,
          bytes: 0,
          milliseconds: 0,
          error: prepared,
        });
      continue;
    }
    const { one, runs } = prepared;
    for (const formatName of formats) {
      const { format, file } = FORMATS[formatName]!;
      const path = join(place, formatName, file);
      const started = performance.now();
      try {
        const report: ExportReport = await exportModel(one.model, path, {
          format,
          // In the order in which a dictionary of inputs is flattened.
          inputNames: Object.keys(one.inputs).toSorted(),
        });
        const outputs = report.outputs.map((o) => o.name);
        jobs.push({ model: name, format: formatName, path, inputs: report.inputs.map((x) => x.name), outputs, runs });
        cells.push({
          model: name,
          format: formatName,
          difference: null,
          tolerance: one.tolerance ?? TOLERANCE,
          bytes: report.bytes,
          milliseconds: performance.now() - started,
        });
      } catch (error) {
        cells.push({
          model: name,
          format: formatName,
          difference: null,
          tolerance: TOLERANCE,
          bytes: 0,
          milliseconds: 0,
          error: `export: ${messageOf(error)}`,
        });
      }
    }
  }
  const list = join(folder, "jobs.json");
  writeFileSync(list, JSON.stringify(jobs));
  const results = await runPython(list);
  return cells.map((cell) => {
    const found = results.find((r) => r.model === cell.model && r.format === cell.format);
    if (!found) return cell;
    return {
      ...cell,
      difference: found.difference ?? null,
      ...(found.error === undefined ? {} : { error: found.error }),
    };
  });
}

interface Outcome {
  readonly model: string;
  readonly format: string;
  readonly difference?: number;
  readonly error?: string;
}

async function runPython(list: string): Promise<readonly Outcome[]> {
  const child = spawn(pythonPath(), [new URL("run.py", import.meta.url).pathname, list], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  for await (const piece of child.stdout) text += String(piece);
  const line = text.trim().split("\n").at(-1) ?? "";
  return JSON.parse(line) as readonly Outcome[];
}
