import { constantBytes, prepareEndpoint, type ExportFormat, type ExportTarget } from "@keras/models";
import { UnsupportedError } from "@keras/ops";
import { liteRtSupports, lowerToLiteRt, type LiteRtFunction } from "@keras/lowering-litert";

/** What the format LiteRT takes, beside the options of every export. */
export interface LiteRtOptions {
  /** How weights are stored: `float16` halves the file, `int8` quarters it, with a scale per channel. Computation is in single precision. Default `float32`. */
  readonly weights?: "float32" | "float16" | "int8" | undefined;
}

const TARGET: ExportTarget = { title: "LiteRT", supports: liteRtSupports };
/** What a FlatBuffer can hold. */
const LARGEST_FILE = 2 ** 31 - 2 ** 24;
/** How much smaller weights get. */
const FACTOR = { float32: 1, float16: 2, int8: 4 } as const;

/**
 * The format LiteRT (TensorFlow Lite), for `exportModel` and `ExportArchive`. Each endpoint is a signature; that of a model is called
 * `serving_default`.
 *
 * @example
 * ```ts
 * import { exportModel } from "@keras/models";
 * import { litert } from "@keras/io-litert";
 * import { Input, Sequential, layers } from "keras";
 * const model = new Sequential([Input({ shape: [4] }), new layers.Dense({ units: 2 })]);
 * const report = await exportModel(model, undefined, { format: litert });
 * console.log(report.ops); // { FULLY_CONNECTED: 1, ADD: 1 }
 * ```
 */
export const litert: ExportFormat<LiteRtOptions> = {
  name: "litert",
  title: "LiteRT",
  ending: ".tflite",
  write: async ({ endpoints, name, fileName }, { weights = "float32" }) => {
    const functions: LiteRtFunction[] = [];
    const warnings: string[] = [];
    for (const endpoint of endpoints) {
      const ready = await prepareEndpoint(endpoint, TARGET);
      if (constantBytes(ready) / FACTOR[weights] > LARGEST_FILE)
        throw new UnsupportedError(
          "the weights take more than 2 GB, which a LiteRT file cannot hold: store them as float16 or int8, or export to ONNX",
        );
      functions.push({
        key: endpoint.name === "serve" ? "serving_default" : endpoint.name,
        graph: ready.graph,
        inputNames: endpoint.inputs.map((x) => x.name),
        outputNames: ready.outputNames,
        data: ready.data,
      });
      warnings.push(...ready.warnings);
    }
    const { bytes, ops } = lowerToLiteRt(functions, { description: name, weights });
    return { files: [{ name: fileName, bytes }], ops, warnings };
  },
};
