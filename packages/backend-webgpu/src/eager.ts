import { deferredExecution, sizeOf, Storage, Tensor, UnsupportedError, type EagerExecution } from "@keras/ops";
import { hostValue, type GpuValue } from "./value.ts";

/**
 * Ops outside of compiled functions are deferred. One whose result's shape depends on data needs that data at once: it is taken from the
 * host, where it is if it was never computed on, or was read.
 */
export const eagerExecution: EagerExecution = {
  run: (backend, op, inputs, attrs, specs) => {
    if (!op.dynamicShape) return deferredExecution.run(backend, op, inputs, attrs, specs);
    const { host } = backend;
    const arrays = inputs.map((x) => {
      const { state } = x.memory();
      return state.name === "ready" ? (state.buffer as GpuValue).hostData : null;
    });
    if (!host?.kernels || arrays.some((a) => a === null)) {
      throw new UnsupportedError(
        "the shape of the result depends on data that lies on the GPU, which cannot be read at once: `await x.data()` of the operand first",
        { op: op.name },
      );
    }
    const inputSpecs = inputs.map(({ shape, dtype }) => ({ shape, dtype }));
    const results = host.kernels[op.name]!({
      inputs: arrays.map((a, i) => host.upload(a!, inputSpecs[i]!)),
      inputSpecs,
      attrs,
      outputSpecs: [],
    }) as readonly { readonly buffer: unknown; readonly shape: readonly number[] }[];
    const inferred = op.infer(inputs, attrs);
    return results.map(({ buffer, shape }, i) => {
      const spec = { shape, dtype: inferred[i]!.dtype };
      const data = host.downloadSync!(buffer, spec);
      const value = hostValue(data, spec.dtype, sizeOf(shape));
      return new Tensor(shape, spec.dtype, new Storage(backend, spec, { name: "ready", buffer: value }));
    });
  },
};
