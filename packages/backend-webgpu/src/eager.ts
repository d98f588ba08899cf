import {
  deferredExecution,
  sizeOf,
  Storage,
  Tensor,
  UnsupportedError,
  type Attrs,
  type Backend,
  type EagerExecution,
  type HostArray,
  type OpDef,
  type StaticSpec,
} from "@keras/ops";
import { hostValue, type GpuValue } from "./value.ts";

/** How a deferred value comes about: the op, and where its operands are. */
interface Origin {
  readonly op: OpDef;
  readonly attrs: Attrs;
  readonly inputs: readonly Storage[];
  readonly specs: readonly StaticSpec[];
  readonly output: number;
}

const origins = new WeakMap<Storage, Origin>();

/**
 * Ops outside of compiled functions are deferred. One whose result's shape depends on data needs that data at once: it is taken from the
 * host, where it is if it was never computed on, or was read. What was only deferred until then is computed there too.
 */
export const eagerExecution = (host: () => Backend | null): EagerExecution => ({
  run: (backend, op, inputs, attrs, specs) => {
    const storages = inputs.map((x) => x.memory());
    if (op.dynamicShape) return runWithShapes(backend, host(), op, storages, inputs, attrs);
    const results = deferredExecution.run(backend, op, inputs, attrs, specs);
    results.forEach((y, output) => origins.set(y.memory(), { op, attrs, inputs: storages, specs, output }));
    return results;
  },
});

/** What a value is, without asking the GPU; null where only that knows. */
function onHost(host: Backend, storage: Storage): HostArray | null {
  const { state, spec } = storage;
  if (state.name === "ready") return (state.buffer as GpuValue).hostData;
  const origin = origins.get(storage);
  if (state.name !== "pending" || !origin) return null;
  const { op, attrs, inputs, specs, output } = origin;
  const inputSpecs = inputs.map((x) => x.spec);
  if (!host.kernels || !host.supports(op, inputSpecs, attrs)) return null;
  const arrays = inputs.map((x) => onHost(host, x));
  if (arrays.some((a) => a === null)) return null;
  const buffers = host.kernels[op.name]!({
    inputs: arrays.map((a, i) => host.upload(a!, inputSpecs[i]!)),
    inputSpecs,
    attrs,
    outputSpecs: specs,
  });
  return host.downloadSync!(buffers[output], spec);
}

function runWithShapes(
  backend: Backend,
  host: Backend | null,
  op: OpDef,
  storages: readonly Storage[],
  inputs: readonly Tensor[],
  attrs: Attrs,
): readonly Tensor[] {
  if (!host?.kernels) {
    throw new UnsupportedError("the shape of the result depends on data, which takes a host: none was given", {
      op: op.name,
    });
  }
  const arrays = storages.map((x) => onHost(host, x));
  if (arrays.some((a) => a === null)) {
    throw new UnsupportedError(
      "the shape of the result depends on data that lies on the GPU, which cannot be read at once: `await x.data()` of the operand first",
      { op: op.name },
    );
  }
  const inputSpecs = storages.map((x) => x.spec);
  const results = host.kernels[op.name]!({
    inputs: arrays.map((a, i) => host.upload(a!, inputSpecs[i]!)),
    inputSpecs,
    attrs,
    outputSpecs: [],
  }) as readonly { readonly buffer: unknown; readonly shape: readonly number[] }[];
  const inferred = op.infer(inputs, attrs);
  return results.map(({ buffer, shape }, i) => {
    const spec = { shape, dtype: inferred[i]!.dtype };
    const value = hostValue(host.downloadSync!(buffer, spec), spec.dtype, sizeOf(shape));
    return new Tensor(shape, spec.dtype, new Storage(backend, spec, { name: "ready", buffer: value }));
  });
}
