import { exportModel, type EndpointOptions, type ExportReport } from "@keras/models";
import { DEFAULT_OPSET, onnx, type OnnxOptions } from "./format.ts";

/** Options of {@link exportOnnx}. */
export interface ExportOnnxOptions extends OnnxOptions, EndpointOptions {
  /** Prints what is done and the sizes: to the console, or to a function. Default false. */
  readonly verbose?: boolean | ((line: string) => void) | undefined;
}

/** What was exported. */
export interface OnnxExport extends ExportReport {
  /** The model in ONNX's binary form. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** Content of the file of weights; null where the model holds them itself. */
  readonly externalData: Uint8Array<ArrayBuffer> | null;
  readonly opset: number;
}

/**
 * Exports a model's inference to ONNX, for any runtime of that format: `exportModel` with the format {@link onnx}.
 *
 * @param model - Built, or with symbolic inputs.
 * @param path - Where to write it (in Node); without one, the result's `data` holds it.
 * @returns The file and what is in it.
 * @throws {UnsupportedError} when ONNX has no equivalent of an op; names the op and the layer.
 * @throws {BuildError} when the shapes of the inputs are not known.
 * @throws {ArgumentError} when the path does not end in `.onnx`.
 * @example
 * ```ts
 * import { exportOnnx } from "@keras/io-onnx";
 * import { Input, Sequential, layers } from "keras";
 * const model = new Sequential([Input({ shape: [4], name: "x" }), new layers.Dense({ units: 2, name: "y" })]);
 * const { inputs, outputs, parameters } = await exportOnnx(model);
 * console.log(inputs[0]!.name, inputs[0]!.shape, outputs[0]!.name, parameters); // "x" ["batch", 4] "y" 10
 * ```
 */
export async function exportOnnx(
  model: object,
  path?: string | undefined,
  options: ExportOnnxOptions = {},
): Promise<OnnxExport> {
  const report = await exportModel(model, path, { ...options, format: onnx });
  const [last, first] = [report.files.at(-1)!, report.files[0]!];
  return {
    ...report,
    data: last.bytes,
    externalData: report.files.length > 1 ? first.bytes : null,
    opset: options.opset ?? DEFAULT_OPSET,
  };
}
