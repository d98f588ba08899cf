import { loadRuntime } from "#ort";
import { allKernels, createRefBackend } from "@keras/backend-ref/parts";
import { allDTypes, BackendError, sizeOf, deferredExecution, type DType, type GraphBackend } from "@keras/ops";
import { onnxSupports } from "@keras/lowering-onnx";
import { BufferPool, fetchBuffer, fillBuffer, readBuffer, type OnnxBuffer } from "./buffers.ts";
import { executable, partsOf } from "./executable.ts";
import { Sessions } from "./sessions.ts";
import { settings, settleProviders } from "./settings.ts";
import type { OrtRuntime } from "./runtime/runtime.ts";

let engine: { readonly runtime: OrtRuntime; readonly pool: BufferPool; readonly sessions: Sessions } | null = null;

function started(): NonNullable<typeof engine> {
  if (!engine) throw new BackendError('the ONNX backend is not started: `await setBackend("onnx")` first');
  return engine;
}

/** What ONNX lacks runs on the reference kernels; the reference backend itself is not registered by that. */
const host = createRefBackend(allKernels);

/** Types that no run of ONNX Runtime takes or gives; the host computes with them. */
const HOST_ONLY: ReadonlySet<DType> = new Set<DType>([
  "complex64",
  "complex128",
  "float8_e4m3fn",
  "float8_e5m2",
  "int4",
  "uint4",
  "string",
]);

/**
 * Numbers up to which the cipher of `random_bits` runs where the graph does, if that is not the CPU. On the CPU it never does: it would be
 * over a hundred nodes, which take longer to compile than most models, and as many passes over memory, while plain JavaScript keeps both
 * words in registers. That is three times faster for 32 numbers and for 4,096 alike, the cut through the graph included.
 */
const MAX_BITS = 4096;

/**
 * ONNX Runtime: compiles graphs, whole train steps too, and defers eager ops until a value is read. In Node it runs natively
 * (onnxruntime-node), in a browser as WebAssembly or on WebGPU (onnxruntime-web). What ONNX lacks, such as decompositions of matrices,
 * runs on the reference backend.
 */
export const onnxBackend: GraphBackend = {
  name: "onnx",
  dtypes: new Set(allDTypes()),
  host,
  async init() {
    if (engine) return;
    const runtime = await loadRuntime(settings().executionProviders);
    settleProviders();
    engine = { runtime, pool: new BufferPool(runtime), sessions: new Sessions(runtime) };
  },
  supports: (op, inputs, attrs) =>
    !inputs.some((x) => HOST_ONLY.has(x.dtype)) && onnxSupports(op, inputs, attrs, { target: "runtime" }),
  prefersHost: (op, _inputs, attrs) =>
    op.name === "random_bits" &&
    sizeOf((attrs as { shape: number[] }).shape) > (settings().executionProviders ? MAX_BITS : 0),
  upload: (data, spec) => {
    const buffer = started().pool.take(spec);
    fillBuffer(buffer, data, spec);
    return buffer;
  },
  download: (buffer, spec) => {
    const held = buffer as OnnxBuffer;
    return held.device ? fetchBuffer(held, spec) : readBuffer(held, spec);
  },
  /** A device answers later: there is no such function then. */
  get downloadSync(): GraphBackend["downloadSync"] & {} {
    const read: GraphBackend["downloadSync"] & {} = (buffer, spec) => readBuffer(buffer as OnnxBuffer, spec);
    return engine?.runtime.device ? (undefined as never) : read;
  },
  free: (buffer) => started().pool.give(buffer as OnnxBuffer),
  eager: deferredExecution,
  compile: (graph) => {
    const { pool, sessions } = started();
    const parts = partsOf(graph);
    if (!parts.computed) return executable(graph, parts, null, pool);
    const session = sessions.open(parts.computed);
    return session instanceof Promise
      ? session.then((s) => executable(graph, parts, s, pool))
      : executable(graph, parts, session, pool);
  },
};

/** Where the backend runs: the name of the package it found, and the bytes of buffers that lie idle for reuse. */
export function onnxStatus(): { readonly runtime: string; readonly idleBytes: number } {
  const { runtime, pool } = started();
  return { runtime: runtime.name, idleBytes: pool.idleBytes };
}
