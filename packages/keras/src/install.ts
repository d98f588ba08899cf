import {
  loadWeights,
  modelToJson,
  saveModel,
  saveWeights,
  type FileInput,
  type FileTarget,
  type LoadWeightsOptions,
  type SaveModelOptions,
  type SaveWeightsOptions,
} from "@keras/io-keras";
import { exportOnnx, type ExportOnnxOptions, type OnnxExport } from "@keras/io-onnx";
import { Model } from "@keras/models";
import { ArgumentError } from "@keras/ops";

/** Options of `model.export`. */
export interface ExportOptions extends ExportOnnxOptions {
  /** Default `onnx`. */
  readonly format?: "onnx" | undefined;
}

declare module "@keras/models" {
  interface ModelExtensions<I, O> {
    /**
     * Saves the model as a `.keras` file, which Python Keras loads, too: architecture, weights, and what it was compiled with.
     *
     * @param target - A path (in Node), a stream, or a file handle of a browser.
     * @throws {ArgumentError} when the path does not end in `.keras`, or the file must not be replaced.
     */
    save(target: FileTarget, options?: SaveModelOptions): Promise<void>;
    /** Saves the weights as a `.weights.h5` file, or sharded with `maxShardSize`. */
    saveWeights(target: FileTarget, options?: SaveWeightsOptions): Promise<void>;
    /**
     * Loads weights from a `.weights.h5` file, sharded weights or a `.keras` file.
     *
     * @throws {FormatError} when they do not fit, unless `skipMismatch`.
     */
    loadWeights(input: FileInput, options?: LoadWeightsOptions): Promise<void>;
    /**
     * Exports the model's inference for other runtimes.
     *
     * @throws {UnsupportedError} when the format has no equivalent of an op; names the op and the layer.
     */
    export(path: string | undefined, options?: ExportOptions): Promise<OnnxExport>;
    /** The architecture as JSON, without weights. */
    toJson(options?: { readonly indent?: number | undefined }): string;
  }
}

const methods: Record<string, (this: Model, ...args: never[]) => unknown> = {
  save(target: FileTarget, options?: SaveModelOptions) {
    return saveModel(this, target, options);
  },
  saveWeights(target: FileTarget, options?: SaveWeightsOptions) {
    return saveWeights(this, target, options);
  },
  async loadWeights(input: FileInput, options?: LoadWeightsOptions) {
    await loadWeights(this, input, options);
  },
  async export(path: string | undefined, { format = "onnx", ...options }: ExportOptions = {}) {
    if (format !== "onnx")
      throw new ArgumentError(`there is no export to '${String(format)}': the formats are 'onnx'`, {
        layer: this.path,
      });
    return exportOnnx(this, path, options);
  },
  toJson(options?: { readonly indent?: number | undefined }) {
    return modelToJson(this, options);
  },
};

for (const [name, value] of Object.entries(methods))
  Object.defineProperty(Model.prototype, name, { value, writable: true, configurable: true });
