import type { Backend } from "../backend.ts";
import { DTypeError } from "../errors.ts";
import type { NDArray } from "../ndarray.ts";
import { activeBackend } from "../registry.ts";
import { runtime } from "../runtime.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import type { DType } from "../dtype.ts";
import { constantOp } from "../core/constant.ts";
import { dispatch } from "./dispatch.ts";

/** @throws {DTypeError} when the backend has no such dtype; names those that do. */
export function checkBackendDType(backend: Backend, dtype: DType, op?: string): void {
  if (backend.dtypes.has(dtype)) return;
  const others = [...runtime().backends.values()].filter((b) => b.dtypes.has(dtype)).map((b) => `'${b.name}'`);
  const hint = others.length > 0 ? `backends that have it: ${others.join(", ")}` : "no imported backend has it";
  throw new DTypeError(`backend '${backend.name}' has no ${dtype}; ${hint}`, { op });
}

/** Host data → a tensor on the active backend; inside a trace, a constant of the graph. */
export function place(host: NDArray): Tensor {
  if (runtime().trace) return dispatch(constantOp, [], { value: host })[0]!;
  return upload(host, activeBackend());
}

/** Host data → a tensor on a backend. */
export function upload(host: NDArray, backend: Backend): Tensor {
  checkBackendDType(backend, host.dtype);
  const spec = { shape: host.shape, dtype: host.dtype };
  const storage = new Storage(backend, spec, { name: "ready", buffer: backend.upload(host.values, spec) });
  return new Tensor(host.shape, host.dtype, storage);
}
