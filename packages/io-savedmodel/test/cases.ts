import { NDArray, type Model } from "keras";
import type { ExportReport } from "@keras/models";
import type { Exported } from "./models.ts";

/** An array as JSON. */
export interface JsonArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** One call of an exported model, and what the model itself gives. */
export interface Case {
  readonly inputs: readonly JsonArray[];
  readonly outputs: readonly JsonArray[];
}

/** Repeatable numbers, others for each input. */
const wave = (shape: readonly number[], phase: number): NDArray<"float32"> =>
  new NDArray(
    Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => Math.sin(i + phase)),
    [...shape],
    "float32",
  );

const json = (name: string, { shape, values }: NDArray): JsonArray => ({
  name,
  shape,
  values: Array.from(values as Float32Array),
});

/** Runs a model on batches of several sizes. */
export async function casesOf(
  { model, inputs }: Exported,
  report: ExportReport,
  batches: readonly number[],
): Promise<Case[]> {
  const cases: Case[] = [];
  for (const batch of batches) {
    const feeds = Object.entries(inputs).map(([name, shape], k) => [name, wave([batch, ...shape], 3 * k)] as const);
    const given = feeds.length === 1 ? feeds[0]![1] : Object.fromEntries(feeds);
    const result: unknown = await (model as Model<never, unknown>).predict(given as never);
    const arrays = (result instanceof NDArray ? [result] : Object.values(result as object)) as NDArray[];
    cases.push({
      // In the order of the endpoint's arguments.
      inputs: report.inputs.map(({ name }) => json(name, feeds.find((f) => f[0] === name)![1])),
      outputs: arrays.map((array, i) => json(report.outputs[i]!.name, array)),
    });
  }
  return cases;
}
