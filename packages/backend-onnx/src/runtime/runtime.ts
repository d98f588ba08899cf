import type { DType } from "@keras/ops";

/** Element types that tensors of ONNX Runtime's JavaScript API may have. */
export type OrtType = Extract<
  DType,
  "bool" | "int8" | "int16" | "int32" | "int64" | "uint8" | "uint16" | "uint32" | "uint64" | "float32" | "float64"
>;

/** Typed arrays that hold those elements. */
export type OrtArray =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>;

/** A tensor over an array, as a runtime takes it. Only the runtime that made it looks inside. */
export interface OrtTensor {
  /** Lets go of what the runtime holds for it; the array stays. */
  release?(): void;
}

/** A loaded model. */
export interface OrtSession {
  /** Runs on tensors in the order of the model's inputs and writes the results into those given, in the order of its outputs. */
  run(inputs: readonly OrtTensor[], outputs: readonly OrtTensor[]): void | Promise<void>;
  dispose(): void;
}

/** How a session runs. See `configureOnnx` for the meanings. */
export interface SessionSettings {
  readonly threads: number | undefined;
  readonly allowSpinning: boolean;
  readonly optimization: "disabled" | "basic" | "extended" | "all";
  readonly executionProviders: readonly string[] | undefined;
  readonly background: boolean;
}

/** A model and the names of what goes in and comes out. */
export interface OrtModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

/** A piece of a device's memory, as a runtime takes it. */
export interface DeviceMemory {
  readonly tensor: OrtTensor;
  /** Reads the first bytes; resolves when everything that was queued before is done. */
  read(bytes: number): Promise<ArrayBuffer>;
  write(data: Uint8Array<ArrayBuffer>): void;
  copyTo(target: DeviceMemory): void;
  release(): void;
}

/** The memory of a graphics card: values stay there from run to run. */
export interface OrtDevice {
  /** Types that it holds; values of others lie in the program's memory. */
  readonly types: ReadonlySet<DType>;
  allocate(type: OrtType, shape: readonly number[], bytes: number): DeviceMemory;
}

/** ONNX Runtime on one platform: everything that differs between Node and browsers. */
export interface OrtRuntime {
  /** The package, and how it is reached. */
  readonly name: string;
  /** Where values lie; absent: in arrays. */
  readonly device?: OrtDevice | undefined;
  /** A tensor over an array that lies outside the garbage-collected heap; it is not copied. */
  tensor(type: OrtType, data: OrtArray, shape: readonly number[]): OrtTensor;
  /** Loads a model. At once where the platform can. */
  session(model: OrtModel, settings: SessionSettings): OrtSession | Promise<OrtSession>;
}

/** Tensors under their names. */
export function named<T>(names: readonly string[], tensors: readonly OrtTensor[]): Record<string, T> {
  const record: Record<string, T> = {};
  for (let i = 0; i < names.length; i++) record[names[i]!] = tensors[i] as T;
  return record;
}
