import { createRequire } from "node:module";
import { BackendError } from "@keras/ops";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { OrtArray, OrtRuntime, OrtSession, OrtTensor, OrtType, SessionSettings } from "./runtime.ts";

type Module = typeof import("onnxruntime-node");

/** The native session below the public one. Its calls return when the work is done; the public ones wrap them in timers. */
interface NativeSession {
  loadModel(buffer: ArrayBuffer, byteOffset: number, byteLength: number, options: InferenceSession.SessionOptions): void;
  run(feeds: unknown, fetches: unknown, options: InferenceSession.RunOptions): unknown;
  dispose(): void;
}

interface NativeBinding {
  readonly binding: { readonly InferenceSession: new () => NativeSession };
  readonly initOrt: () => void;
}

/** Errors are thrown, so ONNX Runtime need not print them as well. */
const QUIET = { logSeverityLevel: 4 } as const;

function sessionOptions({ threads, allowSpinning, optimization, executionProviders }: SessionSettings): InferenceSession.SessionOptions {
  return {
    ...QUIET,
    graphOptimizationLevel: optimization,
    executionMode: "sequential",
    enableCpuMemArena: true,
    enableMemPattern: true,
    interOpNumThreads: 1,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    ...(executionProviders ? { executionProviders: [...executionProviders] } : {}),
    extra: { session: { intra_op: { allow_spinning: allowSpinning ? "1" : "0" } } },
  };
}

/** The binding that the installed package is built on, or null where its layout is not the one known. */
function nativeBinding(): NativeBinding | null {
  try {
    const found = createRequire(import.meta.url)("onnxruntime-node/dist/binding.js") as Partial<NativeBinding>;
    const { prototype } = found.binding?.InferenceSession ?? {};
    const fits = typeof found.initOrt === "function" && typeof prototype?.loadModel === "function" && typeof prototype.run === "function";
    return fits ? (found as NativeBinding) : null;
  } catch {
    return null;
  }
}

function nativeSession(native: NativeBinding, model: Uint8Array<ArrayBuffer>, settings: SessionSettings): OrtSession {
  native.initOrt();
  const session = new native.binding.InferenceSession();
  session.loadModel(model.buffer, model.byteOffset, model.byteLength, sessionOptions(settings));
  return {
    run: (feeds, fetches) => {
      session.run(feeds, fetches, QUIET);
    },
    dispose: () => session.dispose(),
  };
}

async function publicSession(ort: Module, model: Uint8Array<ArrayBuffer>, settings: SessionSettings): Promise<OrtSession> {
  const session = await ort.InferenceSession.create(model, sessionOptions(settings));
  return {
    run: async (feeds, fetches) => {
      await session.run(feeds as Record<string, Tensor>, fetches as Record<string, Tensor>, QUIET);
    },
    dispose: () => void session.release(),
  };
}

/**
 * ONNX Runtime as onnxruntime-node gives it.
 *
 * @throws {BackendError} when the package or its native library is missing.
 */
export async function loadRuntime(): Promise<OrtRuntime> {
  let ort: Module;
  try {
    const loaded = (await import("onnxruntime-node")) as Module & { default?: Module };
    ort = loaded.default ?? loaded;
  } catch (cause) {
    throw new BackendError(
      "onnxruntime-node could not be loaded: install it with `npm install onnxruntime-node` (Linux, macOS and Windows, x64 and arm64), or use another backend",
      { cause },
    );
  }
  const native = nativeBinding();
  return {
    name: "onnxruntime-node",
    tensor: (type: OrtType, data: OrtArray, shape) => new ort.Tensor(type, data as Float32Array, shape) as unknown as OrtTensor,
    session: (model, settings) => (native ? nativeSession(native, model, settings) : publicSession(ort, model, settings)),
  };
}
