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
import { Model, type ExportReport } from "@keras/models";
import { exportAs, type ExportFormatName, type ExportOptions } from "./export-formats.ts";

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
     * @param path - Where to (in Node); without one, the report's `files` hold the bytes.
     * @param options - `format` (default: what the path's ending says), `verbose`, and what the format takes.
     * @throws {UnsupportedError} when the format has no equivalent of an op; names the op and the layer.
     * @throws {ArgumentError} when there is no such format.
     */
    export<F extends ExportFormatName = "onnx">(
      path: string | undefined,
      options?: ExportOptions<F>,
    ): Promise<ExportReport>;
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
  export(path: string | undefined, options?: ExportOptions<ExportFormatName>) {
    return exportAs(this, path, options);
  },
  toJson(options?: { readonly indent?: number | undefined }) {
    return modelToJson(this, options);
  },
};

for (const [name, value] of Object.entries(methods))
  Object.defineProperty(Model.prototype, name, { value, writable: true, configurable: true });
