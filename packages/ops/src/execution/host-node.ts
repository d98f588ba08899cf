import type { Backend, DeviceBuffer, StaticSpec } from "../backend.ts";
import { UnsupportedError } from "../errors.ts";
import type { HostArray } from "../ndarray.ts";
import type { GraphNode } from "../trace/graph.ts";

/** Where a value of a partitioned graph lies. */
export interface HostValue {
  readonly buffer: DeviceBuffer;
  readonly spec: StaticSpec;
}

/** The backend that runs what `backend` cannot. @throws {UnsupportedError} when there is none, or it cannot either. */
export function hostFor(backend: Backend, node: GraphNode): Backend {
  const { host } = backend;
  const specs = node.inputs as unknown as readonly StaticSpec[];
  // What runs itself, such as control flow, asks again for each op of its bodies.
  if (!host?.kernels || !(node.op.run || host.supports(node.op, specs, node.attrs))) {
    throw new UnsupportedError(
      `backend '${backend.name}' cannot run this op${host ? ` and neither can its host '${host.name}'` : ""}`,
      {
        op: node.op.name,
        layer: node.path || undefined,
      },
    );
  }
  return host;
}

/** A value on the host, at once. @throws {UnsupportedError} where the backend cannot. */
export function readNow(backend: Backend, buffer: DeviceBuffer, spec: StaticSpec, node: GraphNode): HostArray {
  if (!backend.downloadSync)
    throw new UnsupportedError(`backend '${backend.name}' cannot be read synchronously`, { op: node.op.name });
  return backend.downloadSync(buffer, spec);
}

/** Runs one node on the host, on buffers of `backend` that can be read at once. */
export function runHostNode(
  backend: Backend,
  node: GraphNode,
  inputs: readonly DeviceBuffer[],
): readonly DeviceBuffer[] {
  const host = hostFor(backend, node);
  const inputSpecs = node.inputs as unknown as readonly StaticSpec[];
  const outputSpecs = node.outputs as unknown as readonly StaticSpec[];
  const arrays = inputs.map((buffer, i) => readNow(backend, buffer, inputSpecs[i]!, node));
  const results = host.kernels![node.op.name]!({
    inputs: arrays.map((a, i) => host.upload(a, inputSpecs[i]!)),
    inputSpecs,
    attrs: node.attrs,
    outputSpecs,
  });
  return results.map((buffer, i) => backend.upload(host.downloadSync!(buffer, outputSpecs[i]!), outputSpecs[i]!));
}
