import type { ExportFormat, ExportReport } from "./format.ts";
import { ExportArchive, type EndpointOptions, type WriteOutOptions } from "./export-archive.ts";
import { ensureBackend, ArgumentError } from "@keras/ops";
import { BaseModel } from "../model.ts";

/** Options of {@link exportModel}, beside those of the format. */
export interface ExportModelOptions<Options extends object = object>
  extends EndpointOptions, WriteOutOptions<Options> {}

/**
 * Exports a model's inference for other runtimes. The batch axis stays free, and so do other unknown sizes. Weights become constants,
 * constants are computed, and batch normalization goes into the weights before it; SavedModel keeps variables.
 *
 * @param model - Built, or with symbolic inputs: Sequential, Functional or subclassed.
 * @param path - Where to write it (in Node); without one, the report's `files` hold the bytes.
 * @param options - The format, and what it takes.
 * @returns What was written and what is in it.
 * @throws {UnsupportedError} when the format has no equivalent of an op; names the op and the layer.
 * @throws {BuildError} when the shapes of the inputs are not known.
 * @throws {ArgumentError} when the path does not end as the format wants.
 * @example
 * ```ts
 * import { exportModel } from "@keras/models";
 * import { onnx } from "@keras/io-onnx";
 * import { Input, Sequential, layers } from "keras";
 * const model = new Sequential([Input({ shape: [4], name: "x" }), new layers.Dense({ units: 2, name: "y" })]);
 * const { inputs, outputs, parameters } = await exportModel(model, undefined, { format: onnx });
 * console.log(inputs[0]!.shape, outputs[0]!.name, parameters); // ["batch", 4] "y" 10
 * ```
 */
export async function exportModel<Options extends object>(
  model: object,
  path: string | undefined,
  options: ExportModelOptions<Options> & Options,
): Promise<ExportReport> {
  if (!(model instanceof BaseModel))
    throw new ArgumentError("only models are exported; for a layer or a function use ExportArchive");
  if ((options.format as ExportFormat | undefined)?.write === undefined) {
    throw new ArgumentError(
      '`format` must be a format, such as `onnx` of @keras/io-onnx: import { onnx } from "@keras/io-onnx"; exportModel(model, path, { format: onnx })',
    );
  }
  await ensureBackend();
  const { inputSignature, batchSize, inputNames, outputNames, ...rest } = options;
  const archive = new ExportArchive({ name: model.name });
  await archive.addEndpoint("serve", model, { inputSignature, batchSize, inputNames, outputNames });
  archive.track(model);
  return archive.writeOut(path, rest as unknown as WriteOutOptions<Options> & Options);
}
