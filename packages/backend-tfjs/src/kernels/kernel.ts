import type { Attrs, StaticSpec } from "@keras/ops";
import type { Device, Scope, TensorInfo } from "../device.ts";

/** One op on kernels of TensorFlow.js. */
export interface TfjsKernel {
  /** The tfjs kernels it calls. Where one is not registered the op is not supported, and runs on the host. */
  readonly needs: readonly string[];
  /** Beyond native dtypes and operands that are not empty. Default: always. */
  readonly supports?: ((inputs: readonly StaticSpec[], attrs: Attrs, device: Device) => boolean) | undefined;
  readonly run: (scope: Scope, inputs: readonly TensorInfo[], call: TfjsCall) => TensorInfo | readonly TensorInfo[];
}

/** What an op is called with beside its operands. */
export interface TfjsCall {
  readonly attrs: Attrs;
  readonly inputSpecs: readonly StaticSpec[];
  readonly outputSpecs: readonly StaticSpec[];
}

/** Kernels by the name of their op. */
export type TfjsKernelTable = Readonly<Record<string, TfjsKernel>>;

export const isFloat32 = (inputs: readonly StaticSpec[]): boolean => inputs.every((x) => x.dtype === "float32");

/** Floats, and integers where the device does them right. */
export const isExact = (inputs: readonly StaticSpec[], _attrs: Attrs, device: Device): boolean =>
  inputs.every((x) => x.dtype === "float32" || (x.dtype === "int32" && device.exactIntegers));
