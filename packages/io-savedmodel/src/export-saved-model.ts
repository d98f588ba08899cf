import { exportModel, type EndpointOptions, type ExportReport } from "@keras/models";
import { savedModel, type SavedModelOptions } from "./format.ts";

/** Options of {@link exportSavedModel}. */
export interface ExportSavedModelOptions extends SavedModelOptions, EndpointOptions {
  /** Prints what is done and the sizes: to the console, or to a function. Default false. */
  readonly verbose?: boolean | ((line: string) => void) | undefined;
}

/**
 * Exports a model's inference as a TensorFlow SavedModel: `exportModel` with the format {@link savedModel}. The endpoint is called
 * `serve`, and `serving_default` too.
 *
 * @param model - Built, or with symbolic inputs.
 * @param path - Folder to write (in Node); without one, the report's `files` hold its content.
 * @returns What was written and what is in it.
 * @throws {UnsupportedError} when TensorFlow has no equivalent of an op; names the op and the layer.
 * @throws {BuildError} when the shapes of the inputs are not known.
 * @example
 * ```ts
 * import { exportSavedModel } from "@keras/io-savedmodel";
 * import { Input, Sequential, layers } from "keras";
 * const model = new Sequential([Input({ shape: [4], name: "x" }), new layers.Dense({ units: 2, name: "y" })]);
 * const { inputs, outputs, parameters, ops } = await exportSavedModel(model);
 * console.log(inputs[0]!.shape, outputs[0]!.name, parameters, ops); // ["batch", 4] "y" 10 { MatMul: 1, AddV2: 1 }
 * ```
 */
export async function exportSavedModel(
  model: object,
  path?: string | undefined,
  options: ExportSavedModelOptions = {},
): Promise<ExportReport> {
  return exportModel(model, path, { ...options, format: savedModel });
}
