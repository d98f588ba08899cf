import { BackendError } from "@keras/ops";
import type { InferenceSession, Tensor } from "onnxruntime-web";
import { openGpu, type Gpu } from "./gpu-device.ts";
import {
  named,
  type OrtModel,
  type OrtRuntime,
  type OrtSession,
  type OrtTensor,
  type SessionSettings,
} from "./runtime.ts";

type Module = typeof import("onnxruntime-web");

/** When the sessions that were asked for so far are there. */
let opened: Promise<unknown> = Promise.resolve();

async function session(
  ort: Module,
  gpu: Gpu | undefined,
  model: OrtModel,
  settings: SessionSettings,
): Promise<OrtSession> {
  const options: InferenceSession.SessionOptions = {
    graphOptimizationLevel: settings.optimization,
    logSeverityLevel: 4,
    executionProviders: (settings.executionProviders ?? ["wasm"]).map((name) =>
      name === "webgpu" && gpu ? { name, device: gpu.device as never } : name,
    ),
  };
  // The WebGPU provider makes one session at a time, and refuses others meanwhile.
  const making = opened.then(() => ort.InferenceSession.create(model.bytes, options));
  opened = making.catch(() => {});
  const loaded = await making;
  return {
    run: async (inputs, outputs) => {
      // Tensors offered for the results are written on a device, but not by WebAssembly: take what it gives, and copy.
      const targets = outputs as readonly unknown[] as readonly Tensor[];
      const wanted = targets.map((target) => (target.location === "gpu-buffer" ? target : null));
      const results = await loaded.run(
        named<Tensor>(model.inputNames, inputs),
        Object.fromEntries(model.outputNames.map((name, i) => [name, wanted[i] ?? null])),
      );
      model.outputNames.forEach((name, i) => {
        if (wanted[i]) return;
        (targets[i]!.data as Float32Array).set(results[name]!.data as Float32Array);
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
  const device = gpu ? await openGpu(ort) : undefined;
  return {
    device,
    name: `onnxruntime-web (${gpu ? "webgpu" : "wasm"})`,
    tensor: (type, data, shape) => new ort.Tensor(type, data as Float32Array, shape) as unknown as OrtTensor,
    session: (model, settings) => {
      if (settings.threads !== undefined) ort.env.wasm.numThreads = settings.threads;
      return session(ort, device, model, settings);
    },
  };
}
