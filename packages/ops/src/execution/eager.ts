import type { Backend, ShapedBuffer, StaticSpec } from "../backend.ts";
import { TraceError, UnsupportedError } from "../errors.ts";
import type { Attrs, OpDef } from "../op.ts";
import { activeBackend } from "../registry.ts";
import { staticShape, type Spec } from "../shape.ts";
import { IN_FLIGHT, Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import { force } from "./force.ts";
import { moveTo } from "./move.ts";
import { checkBackendDType } from "./place.ts";
import { freeing } from "./temporaries.ts";

/** Runs an op on the active backend: at once where that has kernels. */
export function runEager(op: OpDef, inputs: readonly Tensor[], attrs: Attrs): readonly Tensor[] {
  const backend = activeBackend();
  const here = inputs.map((x) => toBackend(x, backend, op));
  const specs = op.dynamicShape ? [] : staticSpecs(op, op.infer(here, attrs));
  for (const spec of specs) checkBackendDType(backend, spec.dtype, op.name);
  if (!backend.kernels) {
    if (op.dynamicShape && op.decompose) return runDecomposed(op, here, attrs);
    return backend.eager.run(backend, op, here, attrs, specs);
  }
  if (backend.supports(op, here, attrs)) return runKernel(backend, op, here, attrs, specs);
  if (op.decompose) return runDecomposed(op, here, attrs);
  if (op.run) return freeing(() => op.run!(here, attrs));
  if (backend.host) return runOnHost(backend, backend.host, op, here, attrs, specs);
  throw new UnsupportedError(
    `backend '${backend.name}' cannot run this op for ${inputs.map((x) => `${x.dtype}[${x.shape.join(",")}]`).join(", ") || "these attributes"}`,
    { op: op.name },
  );
}

/** An operand that comes back as it is becomes a tensor of its own: to a tape, and to whoever frees it, the result is another value. */
function runDecomposed(op: OpDef, inputs: readonly Tensor[], attrs: Attrs): readonly Tensor[] {
  return freeing(() => op.decompose!(inputs, attrs).map((y) => (inputs.includes(y) ? y.alias() : y)));
}

function toBackend(x: Tensor, backend: Backend, op: OpDef): Tensor {
  if (!x.storage)
    throw new TraceError("a traced tensor was used after its trace ended: return it from the traced function instead", {
      op: op.name,
    });
  return x.memory().backend === backend ? x : moveTo(x, backend);
}

function staticSpecs(op: OpDef, specs: readonly Spec[]): readonly StaticSpec[] {
  return specs.map(({ shape, dtype }) => ({ shape: staticShape(shape, op.name), dtype }));
}

function runKernel(
  backend: Backend,
  op: OpDef,
  inputs: readonly Tensor[],
  attrs: Attrs,
  outputSpecs: readonly StaticSpec[],
): readonly Tensor[] {
  const kernel = backend.kernels![op.name]!;
  const storages = inputs.map((x) => x.memory());
  const inputSpecs = inputs.map(({ shape, dtype }) => ({ shape, dtype }));
  if (storages.every((s) => s.state.name === "ready" || s.state.name === "failed")) {
    const buffers = storages.map((s) => s.buffer());
    const results = kernel({ inputs: buffers, inputSpecs, attrs, outputSpecs });
    if (op.dynamicShape) return dynamicOutputs(backend, op, inputs, attrs, results as readonly ShapedBuffer[]);
    return results.map((buffer, i) => {
      const spec = outputSpecs[i]!;
      const shared = buffers.indexOf(buffer);
      const storage = shared < 0 ? new Storage(backend, spec, { name: "ready", buffer }) : storages[shared]!.retain();
      return new Tensor(spec.shape, spec.dtype, storage);
    });
  }
  if (op.dynamicShape) {
    throw new UnsupportedError(
      "the shape of the result depends on data that is still being computed: `await x.ready()` first",
      { op: op.name },
    );
  }
  // Something it needs is still on its way: run when that is there.
  for (const s of storages) s.retain();
  const outputs = outputSpecs.map((spec) => new Storage(backend, spec, IN_FLIGHT));
  const settled = (async () => {
    try {
      await force(storages);
      const results = kernel({ inputs: storages.map((s) => s.buffer()), inputSpecs, attrs, outputSpecs });
      results.forEach((buffer, i) => outputs[i]!.fulfil(buffer));
    } catch (error) {
      for (const output of outputs) output.fail(error);
    } finally {
      for (const s of storages) s.release();
    }
  })();
  for (const output of outputs) output.state = { name: "in_flight", settled };
  return outputs.map((storage) => new Tensor(storage.spec.shape, storage.spec.dtype, storage));
}

/** Outputs whose shapes the kernel found. */
function dynamicOutputs(
  backend: Backend,
  op: OpDef,
  inputs: readonly Tensor[],
  attrs: Attrs,
  results: readonly ShapedBuffer[],
): readonly Tensor[] {
  const specs = op.infer(inputs, attrs);
  return results.map(({ buffer, shape }, i) => {
    const spec = { shape, dtype: specs[i]!.dtype };
    return new Tensor(shape, spec.dtype, new Storage(backend, spec, { name: "ready", buffer }));
  });
}

/** One op on a backend's host: operands go there and results come back. */
export function runOnHost(
  backend: Backend,
  host: Backend,
  op: OpDef,
  inputs: readonly Tensor[],
  attrs: Attrs,
  specs: readonly StaticSpec[],
): readonly Tensor[] {
  const moved = inputs.map((x) => moveTo(x, host));
  return runKernel(host, op, moved, attrs, specs).map((y) => moveTo(y, backend));
}
