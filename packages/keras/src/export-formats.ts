import { litert, type LiteRtOptions } from "@keras/io-litert";
import { onnx, type OnnxOptions } from "@keras/io-onnx";
import { openvino, type OpenVinoOptions } from "@keras/io-openvino";
import { savedModel, type SavedModelOptions } from "@keras/io-savedmodel";
import { exportModel, type EndpointOptions, type ExportFormat, type ExportReport, type Model } from "@keras/models";
import { ArgumentError } from "@keras/ops";

/** The formats that come with the umbrella, by name. */
const FORMATS: {
  readonly litert: ExportFormat<LiteRtOptions>;
  readonly onnx: ExportFormat<OnnxOptions>;
  readonly openvino: ExportFormat<OpenVinoOptions>;
  readonly tf_saved_model: ExportFormat<SavedModelOptions>;
} = { litert, onnx, openvino, tf_saved_model: savedModel };

/** Names of the formats that models are exported to. */
export type ExportFormatName = keyof typeof FORMATS;

type OptionsOf<F extends ExportFormatName> = (typeof FORMATS)[F] extends ExportFormat<infer Options> ? Options : never;

/** Options of `model.export`: those of the format, and these. */
export type ExportOptions<F extends ExportFormatName = "onnx"> = EndpointOptions &
  OptionsOf<F> & {
    /** Default: by the ending of the path, else `onnx`. */
    readonly format?: F | undefined;
    /** Prints what is done and the sizes: to the console, or to a function. Default false. */
    readonly verbose?: boolean | ((line: string) => void) | undefined;
  };

/** Exports to a format of the umbrella. @throws {ArgumentError} when there is no such format. */
export async function exportAs(
  model: Model,
  path: string | undefined,
  options: ExportOptions<ExportFormatName> = {},
): Promise<ExportReport> {
  const formats: Readonly<Record<string, ExportFormat>> = FORMATS as never;
  const { format: given, ...rest } = options;
  const name = given ?? byEnding(path, formats) ?? "onnx";
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (!format) {
    const names = Object.keys(formats).map((n) => `'${n}'`);
    throw new ArgumentError(
      `there is no export to '${String(name)}': the formats are ${names.join(", ")}; pass other formats to exportModel(model, path, { format })`,
      { layer: model.path },
    );
  }
  return exportModel(model, path, { ...rest, format });
}

function byEnding(path: string | undefined, formats: Readonly<Record<string, ExportFormat>>): string | undefined {
  if (path === undefined) return undefined;
  return Object.values(formats).find(({ ending }) => ending !== null && path.endsWith(ending))?.name;
}
