import { loadOrt, PACKAGE } from "#runtime";
import type { ExportRuntime, LoadedExport } from "@keras/models";
import { NDArray, UnsupportedError, type DType } from "@keras/ops";
import type { OrtModule, OrtTensor } from "./runtime/engine.ts";

/** ONNX Runtime's names of the types that are not called as here. */
const NAMES: Readonly<Record<string, DType>> = { float: "float32", double: "float64" };

const fromOrt = ({ type, data, dims }: OrtTensor): NDArray =>
  new NDArray(data as never, [...dims].map(Number), (NAMES[type] ?? type) as never);

const toOrt = (ort: OrtModule, { values, shape, dtype }: NDArray): OrtTensor => new ort.Tensor(dtype, values, shape);

/**
 * ONNX Runtime, for `verifyExport`: the package `onnxruntime-node`, in browsers `onnxruntime-web`, where it is installed.
 *
 * @example
 * ```ts
 * import { exportOnnx, onnxRuntime } from "@keras/io-onnx";
 * import { Input, NDArray, Sequential, layers } from "keras";
 * const model = new Sequential([Input({ shape: [2], name: "x" }), new layers.ReLU()]);
 * const loaded = await onnxRuntime.load((await exportOnnx(model)).data);
 * const [y] = await loaded.run({ x: new NDArray(Float32Array.of(-1, 2), [1, 2], "float32") });
 * console.log([...y!.values]); // [0, 2]
 * ```
 */
export const onnxRuntime: ExportRuntime = {
  name: "ONNX Runtime",
  load: async (artifact): Promise<LoadedExport> => {
    let ort: OrtModule;
    try {
      ort = await loadOrt();
    } catch (cause) {
      throw new UnsupportedError(`ONNX Runtime is not installed here: npm install ${PACKAGE}`, { cause });
    }
    const session = await ort.InferenceSession.create(artifact);
    return {
      inputs: session.inputNames,
      outputs: session.outputNames,
      run: async (inputs) => {
        const feeds = Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, toOrt(ort, x)]));
        const results = await session.run(feeds);
        return session.outputNames.map((name) => fromOrt(results[name]!));
      },
      dispose: () => void session.release(),
    };
  },
};
