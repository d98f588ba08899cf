import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import type { OrtModel, OrtRuntime, OrtSession, OrtTensor, OrtType, SessionSettings } from "./runtime.ts";

/*
 * ONNX Runtime through its C interface. The package's own binding copies every output into a new array, which costs a training step a
 * third of its time; here results are written where the next step reads them, and a run can leave the event loop free.
 */

/** The part of koffi (https://koffi.dev) that is used. Pointers are opaque. */
interface Koffi {
  load(path: string): { func(prototype: string): CFunction };
  proto(prototype: string): unknown;
  array(type: string, length: number): unknown;
  decode(pointer: unknown, type: unknown): unknown;
  alloc(type: string, length: number): unknown;
  view(pointer: unknown, length: number): ArrayBuffer;
  address(pointer: unknown): bigint;
  free(pointer: unknown): void;
}

type CFunction = ((...args: unknown[]) => unknown) & {
  async(...args: [...unknown[], (error: Error | null, result: unknown) => void]): void;
};

/** Version of the C interface that is asked for; the table only ever grows at its end. */
const API_VERSION = 17;

/** Functions of the interface, by their place in the table. */
const FUNCTIONS = {
  GetErrorMessage: [2, "const char *(void *status)"],
  CreateEnv: [3, "void *(int severity, const char *id, _Out_ void **env)"],
  CreateSessionFromArray: [8, "void *(void *env, void *bytes, size_t length, void *options, _Out_ void **session)"],
  Run: [
    9,
    "void *(void *session, void *options, void *inNames, void *ins, size_t inCount, void *outNames, size_t outCount, void *outs)",
  ],
  CreateSessionOptions: [10, "void *(_Out_ void **options)"],
  SetSessionGraphOptimizationLevel: [23, "void *(void *options, int level)"],
  SetIntraOpNumThreads: [24, "void *(void *options, int threads)"],
  CreateTensorWithDataAsOrtValue: [
    49,
    "void *(void *info, void *data, size_t bytes, void *shape, size_t rank, int type, _Out_ void **value)",
  ],
  CreateCpuMemoryInfo: [69, "void *(int allocator, int kind, _Out_ void **info)"],
  ReleaseStatus: [93, "void (void *status)"],
  ReleaseSession: [95, "void (void *session)"],
  ReleaseValue: [96, "void (void *value)"],
  ReleaseSessionOptions: [100, "void (void *options)"],
  AddSessionConfigEntry: [130, "void *(void *options, const char *key, const char *value)"],
} as const;

type Api = { readonly [K in keyof typeof FUNCTIONS]: CFunction };

/** Element types as the interface numbers them. */
const TYPES: Readonly<Record<OrtType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
  uint32: 12,
  uint64: 13,
};

const LEVELS = { disabled: 0, basic: 1, extended: 2, all: 99 } as const;
/** Errors come back as statuses, so only what is fatal is printed. */
const FATAL = 4;

const LIBRARIES: Readonly<Record<string, string>> = {
  linux: "libonnxruntime.so.1",
  darwin: "libonnxruntime.1.dylib",
  win32: "onnxruntime.dll",
};

interface NativeTensor extends OrtTensor {
  readonly value: unknown;
  readonly address: bigint;
  /** Keeps the memory alive while the runtime may read it. */
  readonly data: ArrayBufferView;
}

/** The library inside the installed package. */
function libraryPath(): string {
  const root = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
  return join(root, "bin", "napi-v6", process.platform, process.arch, LIBRARIES[process.platform] ?? "");
}

/** Libraries in use: koffi unloads one that is collected, whatever was decoded from it. */
const libraries: unknown[] = [];

function loadApi(koffi: Koffi, path: string): Api {
  const library = koffi.load(path);
  libraries.push(library);
  const base = library.func("void *OrtGetApiBase()")();
  const [getApi] = koffi.decode(base, koffi.array("void *", 1)) as [unknown];
  const table = (koffi.decode(getApi, koffi.proto("void *(uint32_t version)")) as CFunction)(API_VERSION);
  if (!table) throw new Error(`the library has no interface of version ${API_VERSION}`);
  const pointers = koffi.decode(table, koffi.array("void *", 131)) as unknown[];
  return Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, [at, prototype]]) => [
      name,
      koffi.decode(pointers[at], koffi.proto(prototype)),
    ]),
  ) as unknown as Api;
}

/** A list of strings in native memory. */
class NativeStrings {
  readonly pointers: BigUint64Array;
  private readonly memory: unknown;
  private readonly koffi: Koffi;

  constructor(koffi: Koffi, strings: readonly string[]) {
    const bytes = new TextEncoder().encode(strings.map((s) => `${s}\0`).join(""));
    this.koffi = koffi;
    this.memory = koffi.alloc("char", Math.max(1, bytes.length));
    new Uint8Array(koffi.view(this.memory, Math.max(1, bytes.length))).set(bytes);
    this.pointers = new BigUint64Array(Math.max(16, strings.length));
    let at = koffi.address(this.memory);
    strings.forEach((s, i) => {
      this.pointers[i] = at;
      at += BigInt(new TextEncoder().encode(s).length + 1);
    });
  }

  free(): void {
    this.koffi.free(this.memory);
  }
}

/** One session; its name lists live as long as it does. */
class NativeSession implements OrtSession {
  private readonly api: Api;
  private readonly check: (status: unknown) => void;
  private readonly handle: unknown;
  private readonly inNames: NativeStrings;
  private readonly outNames: NativeStrings;
  private readonly ins: BigUint64Array;
  private readonly outs: BigUint64Array;
  private readonly background: boolean;
  private running = 0;
  private disposed = false;

  constructor(
    koffi: Koffi,
    api: Api,
    check: (status: unknown) => void,
    handle: unknown,
    model: OrtModel,
    background: boolean,
  ) {
    this.api = api;
    this.check = check;
    this.handle = handle;
    this.inNames = new NativeStrings(koffi, model.inputNames);
    this.outNames = new NativeStrings(koffi, model.outputNames);
    this.ins = new BigUint64Array(Math.max(16, model.inputNames.length));
    this.outs = new BigUint64Array(Math.max(16, model.outputNames.length));
    this.background = background;
  }

  private free(): void {
    this.api.ReleaseSession(this.handle);
    this.inNames.free();
    this.outNames.free();
  }

  run(inputs: readonly OrtTensor[], outputs: readonly OrtTensor[]): void | Promise<void> {
    // One list of pointers serves all runs: the core starts none before the one before it has ended.
    for (let i = 0; i < inputs.length; i++) this.ins[i] = (inputs[i] as NativeTensor).address;
    for (let i = 0; i < outputs.length; i++) this.outs[i] = (outputs[i] as NativeTensor).address;
    const { pointers: inNames } = this.inNames;
    const { pointers: outNames } = this.outNames;
    const args = [this.handle, null, inNames, this.ins, inputs.length, outNames, outputs.length, this.outs] as const;
    if (!this.background) {
      this.check(this.api.Run(...args));
      return;
    }
    this.running++;
    return new Promise((resolve, reject) => {
      this.api.Run.async(...args, (error: Error | null, status: unknown) => {
        this.running--;
        if (this.disposed && this.running === 0) this.free();
        // The tensors must stay reachable until now.
        void inputs;
        try {
          if (error) throw error;
          this.check(status);
          resolve();
        } catch (cause) {
          reject(cause as Error);
        }
      });
    });
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    if (this.running === 0) this.free();
  }
}

/** ONNX Runtime's library, called directly. @throws when koffi is not installed or the library cannot be loaded. */
export async function loadCApi(): Promise<OrtRuntime> {
  const koffi = (await import("koffi")).default as unknown as Koffi;
  const api = loadApi(koffi, libraryPath());
  const check = (status: unknown): void => {
    if (!status) return;
    const message = String(api.GetErrorMessage(status));
    api.ReleaseStatus(status);
    throw new Error(message);
  };
  const made = [null] as [unknown];
  const create = (fn: CFunction, ...args: unknown[]): unknown => {
    check(fn(...args, made));
    return made[0];
  };
  const env = create(api.CreateEnv, FATAL, "keras");
  const memory = create(api.CreateCpuMemoryInfo, 1, 0);
  const dropped = new FinalizationRegistry<unknown>((value) => api.ReleaseValue(value));
  const options = ({ threads, allowSpinning, optimization }: SessionSettings): unknown => {
    const handle = create(api.CreateSessionOptions);
    if (threads !== undefined) check(api.SetIntraOpNumThreads(handle, threads));
    check(api.SetSessionGraphOptimizationLevel(handle, LEVELS[optimization]));
    check(api.AddSessionConfigEntry(handle, "session.intra_op.allow_spinning", allowSpinning ? "1" : "0"));
    return handle;
  };
  return {
    name: "onnxruntime-node (C API)",
    tensor(type, data, shape): NativeTensor {
      const value = create(
        api.CreateTensorWithDataAsOrtValue,
        memory,
        data,
        data.byteLength,
        BigInt64Array.from(shape.map(BigInt)),
        shape.length,
        TYPES[type],
      );
      const tensor: NativeTensor = {
        value,
        address: koffi.address(value),
        data,
        release() {
          dropped.unregister(tensor);
          api.ReleaseValue(value);
        },
      };
      dropped.register(tensor, value, tensor);
      return tensor;
    },
    session(model, settings) {
      const handle = options(settings);
      try {
        const session = create(api.CreateSessionFromArray, env, model.bytes, model.bytes.byteLength, handle);
        return new NativeSession(koffi, api, check, session, model, settings.background);
      } finally {
        api.ReleaseSessionOptions(handle);
      }
    },
  };
}
