import type { DType } from "@keras/ops";

/** Element types that a tensor of ONNX Runtime's JavaScript API may have. */
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

/** A tensor as ONNX Runtime takes and gives it. */
export interface OrtTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: OrtArray;
}

/** A loaded model. */
export interface OrtSession {
  /** Runs on tensors by name; results are written into those of `fetches`, which must have the right types and shapes. */
  run(feeds: Readonly<Record<string, OrtTensor>>, fetches: Readonly<Record<string, OrtTensor>>): void | Promise<void>;
  dispose(): void;
}

/** How a session runs. See `configureOnnx` for the meanings. */
export interface SessionSettings {
  readonly threads: number | undefined;
  readonly allowSpinning: boolean;
  readonly optimization: "disabled" | "basic" | "extended" | "all";
  readonly executionProviders: readonly string[] | undefined;
}

/** ONNX Runtime on one platform: everything that differs between Node and browsers. */
export interface OrtRuntime {
  readonly name: string;
  /** A tensor over an array; the array is not copied. */
  tensor(type: OrtType, data: OrtArray, shape: readonly number[]): OrtTensor;
  /** Loads a model. At once where the platform can. */
  session(model: Uint8Array<ArrayBuffer>, settings: SessionSettings): OrtSession | Promise<OrtSession>;
}
