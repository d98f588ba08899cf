import type { Backend } from "../backend.ts";
import { IN_FLIGHT, Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import { force, isReadable } from "./force.ts";
import { checkBackendDType } from "./place.ts";

/** The same value on another backend, bit for bit. At once where the source can be read at once, else in flight. */
export function moveTo(x: Tensor, target: Backend): Tensor {
  const source = x.memory();
  checkBackendDType(target, x.dtype);
  const spec = { shape: x.shape, dtype: x.dtype };
  const from = source.backend;
  if (isReadable(source)) {
    const buffer = target.upload(from.downloadSync!(source.buffer(), spec), spec);
    return new Tensor(x.shape, x.dtype, new Storage(target, spec, { name: "ready", buffer }));
  }
  source.retain();
  const moved = new Storage(target, spec, IN_FLIGHT);
  const settled: Promise<void> = (async () => {
    try {
      await force([source]);
      moved.fulfil(target.upload(await from.download(source.buffer(), spec), spec));
    } catch (error) {
      moved.fail(error);
    } finally {
      source.release();
    }
  })();
  moved.state = { name: "in_flight", settled };
  return new Tensor(x.shape, x.dtype, moved);
}
