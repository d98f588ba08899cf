import { BackendError } from "@keras/ops";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { loadCApi } from "./c-api-node.ts";
import {
  named,
  type OrtModel,
  type OrtRuntime,
  type OrtSession,
  type OrtTensor,
  type SessionSettings,
} from "./runtime.ts";

type Module = typeof import("onnxruntime-node");

/** Errors are thrown, so ONNX Runtime need not print them as well. */
const QUIET = { logSeverityLevel: 4 } as const;

async function packageSession(ort: Module, model: OrtModel, settings: SessionSettings): Promise<OrtSession> {
  const { threads, allowSpinning, optimization, executionProviders } = settings;
  const session: InferenceSession = await ort.InferenceSession.create(model.bytes, {
    ...QUIET,
    graphOptimizationLevel: optimization,
    interOpNumThreads: 1,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    ...(executionProviders ? { executionProviders: [...executionProviders] } : {}),
    extra: { session: { intra_op: { allow_spinning: allowSpinning ? "1" : "0" } } },
  });
  return {
    run: async (inputs, outputs) => {
      await session.run(named<Tensor>(model.inputNames, inputs), named<Tensor>(model.outputNames, outputs), QUIET);
    },
    dispose: () => void session.release(),
  };
}

/** The package as it is meant to be used: runs are asynchronous, and every result is copied once. */
export async function loadPackage(): Promise<OrtRuntime> {
  const loaded = (await import("onnxruntime-node")) as Module & { default?: Module };
  const ort = loaded.default ?? loaded;
  return {
    name: "onnxruntime-node",
    tensor: (type, data, shape) => new ort.Tensor(type, data as Float32Array, shape) as unknown as OrtTensor,
    session: (model, settings) => packageSession(ort, model, settings),
  };
}

/**
 * ONNX Runtime as onnxruntime-node brings it: called directly where koffi is installed, else through the package's binding. An execution
 * provider other than the CPU needs the latter.
 *
 * @throws {BackendError} when the package or its native library is missing.
 */
export async function loadRuntime(executionProviders: readonly string[] | undefined): Promise<OrtRuntime> {
  if (!executionProviders) {
    try {
      return await loadCApi();
    } catch {
      // Without koffi, or on a platform it does not know: the package itself says what is wrong, if anything is.
    }
  }
  try {
    return await loadPackage();
  } catch (cause) {
    throw new BackendError(
      "onnxruntime-node could not be loaded: install it with `npm install onnxruntime-node` (Linux, macOS and Windows; x64 and arm64), or use another backend",
      { cause },
    );
  }
}
