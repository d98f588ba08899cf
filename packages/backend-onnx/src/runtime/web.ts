import { BackendError } from "@keras/ops";
import type { InferenceSession, Tensor } from "onnxruntime-web";
import type { OrtArray, OrtRuntime, OrtSession, OrtTensor, OrtType, SessionSettings } from "./runtime.ts";

type Module = typeof import("onnxruntime-web");

async function session(ort: Module, model: Uint8Array<ArrayBuffer>, settings: SessionSettings): Promise<OrtSession> {
  const options: InferenceSession.SessionOptions = {
    graphOptimizationLevel: settings.optimization,
    logSeverityLevel: 4,
    executionProviders: [...(settings.executionProviders ?? ["wasm"])],
  };
  const loaded = await ort.InferenceSession.create(model, options);
  return {
    run: async (feeds, fetches) => {
      const results = await loaded.run(feeds as Record<string, Tensor>, fetches as Record<string, Tensor>);
      // Some providers give fresh arrays in place of those offered.
      for (const [name, tensor] of Object.entries(results)) {
        const target = fetches[name]!.data;
        if ((tensor as unknown as OrtTensor).data !== target) target.set((tensor as unknown as OrtTensor).data as never);
      }
    },
    dispose: () => void loaded.release(),
  };
}

/**
 * ONNX Runtime as onnxruntime-web gives it.
 *
 * @throws {BackendError} when the package is missing.
 */
export async function loadRuntime(): Promise<OrtRuntime> {
  let ort: Module;
  try {
    ort = await import("onnxruntime-web");
  } catch (cause) {
    throw new BackendError("onnxruntime-web could not be loaded: install it with `npm install onnxruntime-web`, or use another backend", { cause });
  }
  return {
    name: "onnxruntime-web",
    tensor: (type: OrtType, data: OrtArray, shape) => new ort.Tensor(type, data as Float32Array, shape) as unknown as OrtTensor,
    session: (model, settings) => {
      if (settings.threads !== undefined) ort.env.wasm.numThreads = settings.threads;
      return session(ort, model, settings);
    },
  };
}
