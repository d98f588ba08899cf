import { BackendError } from "@keras/ops";
import type { InferenceSession, Tensor } from "onnxruntime-web";
import {
  named,
  type OrtModel,
  type OrtRuntime,
  type OrtSession,
  type OrtTensor,
  type SessionSettings,
} from "./runtime.ts";

type Module = typeof import("onnxruntime-web");

async function session(ort: Module, model: OrtModel, settings: SessionSettings): Promise<OrtSession> {
  const options: InferenceSession.SessionOptions = {
    graphOptimizationLevel: settings.optimization,
    logSeverityLevel: 4,
    executionProviders: [...(settings.executionProviders ?? ["wasm"])],
  };
  const loaded = await ort.InferenceSession.create(model.bytes, options);
  return {
    run: async (inputs, outputs) => {
      // Tensors offered for the results are not written by WebAssembly: take what it gives, and copy.
      const results = await loaded.run(named<Tensor>(model.inputNames, inputs));
      model.outputNames.forEach((name, i) => {
        const target = (outputs[i] as unknown as Tensor).data as Float32Array;
        target.set(results[name]!.data as Float32Array);
        results[name]!.dispose();
      });
    },
    dispose: () => void loaded.release(),
  };
}

/**
 * ONNX Runtime as onnxruntime-web brings it.
 *
 * @throws {BackendError} when the package is missing.
 */
export async function loadRuntime(executionProviders?: readonly string[]): Promise<OrtRuntime> {
  const gpu = executionProviders?.some((name) => name === "webgpu") ?? false;
  let ort: Module;
  try {
    // Two builds: the one without WebGPU is half as large.
    ort = await (gpu ? import("onnxruntime-web/webgpu") : import("onnxruntime-web/wasm"));
  } catch (cause) {
    throw new BackendError(
      "onnxruntime-web could not be loaded: install it with `npm install onnxruntime-web`, or use another backend",
      { cause },
    );
  }
  return {
    name: `onnxruntime-web (${gpu ? "webgpu" : "wasm"})`,
    tensor: (type, data, shape) => new ort.Tensor(type, data as Float32Array, shape) as unknown as OrtTensor,
    session: (model, settings) => {
      if (settings.threads !== undefined) ort.env.wasm.numThreads = settings.threads;
      return session(ort, model, settings);
    },
  };
}
