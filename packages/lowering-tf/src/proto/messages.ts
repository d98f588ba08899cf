import { many, map, one, type Int64, type Schema } from "./wire.ts";

/*
 * TensorFlow's messages (https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/framework) that are written here, under
 * camelCase names. Field numbers are TensorFlow's.
 */

export interface TensorShapeProto {
  /** -1: unknown. */
  readonly dim?: readonly { readonly size: Int64 }[] | undefined;
  readonly unknownRank?: boolean | undefined;
}

export interface TensorProto {
  readonly dtype: number;
  readonly tensorShape: TensorShapeProto;
  /** Elements, little-endian. */
  readonly tensorContent?: Uint8Array | undefined;
  readonly stringVal?: readonly Uint8Array[] | undefined;
}

export interface ListValue {
  readonly s?: readonly Uint8Array[] | undefined;
  readonly i?: readonly Int64[] | undefined;
  readonly type?: readonly number[] | undefined;
  readonly shape?: readonly TensorShapeProto[] | undefined;
}

/** Value of an attribute: one of the fields. */
export interface AttrValue {
  readonly list?: ListValue | undefined;
  readonly s?: Uint8Array | undefined;
  readonly i?: Int64 | undefined;
  readonly f?: number | undefined;
  readonly b?: boolean | undefined;
  readonly type?: number | undefined;
  readonly shape?: TensorShapeProto | undefined;
  readonly tensor?: TensorProto | undefined;
  readonly func?: { readonly name: string } | undefined;
}

export type AttrMap = Readonly<Record<string, AttrValue>>;

export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: AttrMap;
}

export interface ArgDef {
  readonly name: string;
  readonly type: number;
  /** What a resource holds. */
  readonly handleData?: readonly { readonly dtype: number; readonly shape: TensorShapeProto }[] | undefined;
}

export interface FunctionDef {
  readonly signature: {
    readonly name: string;
    readonly inputArg: readonly ArgDef[];
    readonly outputArg: readonly ArgDef[];
    readonly isStateful?: boolean | undefined;
    readonly controlOutput?: readonly string[] | undefined;
  };
  readonly attr: AttrMap;
  readonly nodeDef: readonly NodeDef[];
  /** Names of outputs → values. */
  readonly ret: Readonly<Record<string, string>>;
  readonly controlRet?: Readonly<Record<string, string>> | undefined;
}

export interface GraphDef {
  readonly node: readonly NodeDef[];
  readonly library: { readonly function: readonly FunctionDef[] };
  readonly versions: { readonly producer: number; readonly minConsumer?: number | undefined };
}

export const TENSOR_SHAPE: Schema = {
  dim: many(2, () => ({ size: one(1, "int64") })),
  unknownRank: one(3, "bool"),
};

const tensor: Schema = {
  dtype: one(1, "int32"),
  tensorShape: one(2, () => TENSOR_SHAPE),
  tensorContent: one(4, "bytes"),
  stringVal: many(8, "bytes"),
};

const list: Schema = {
  s: many(2, "bytes"),
  i: many(3, "int64"),
  type: many(6, "int32"),
  shape: many(7, () => TENSOR_SHAPE),
};

const attrValue: Schema = {
  list: one(1, () => list),
  s: one(2, "bytes"),
  i: one(3, "int64"),
  f: one(4, "float"),
  b: one(5, "bool"),
  type: one(6, "int32"),
  shape: one(7, () => TENSOR_SHAPE),
  tensor: one(8, () => tensor),
  func: one(10, () => ({ name: one(1, "string") })),
};

const nodeDef: Schema = {
  name: one(1, "string"),
  op: one(2, "string"),
  input: many(3, "string"),
  attr: map(5, () => attrValue),
};

const argDef: Schema = {
  name: one(1, "string"),
  type: one(3, "int32"),
  handleData: many(7, () => ({ dtype: one(1, "int32"), shape: one(2, () => TENSOR_SHAPE) })),
};

const opDef: Schema = {
  name: one(1, "string"),
  inputArg: many(2, () => argDef),
  outputArg: many(3, () => argDef),
  isStateful: one(17, "bool"),
  controlOutput: many(20, "string"),
};

const functionDef: Schema = {
  signature: one(1, () => opDef),
  nodeDef: many(3, () => nodeDef),
  ret: map(4, "string"),
  attr: map(5, () => attrValue),
  controlRet: map(6, "string"),
};

export const VERSIONS: Schema = { producer: one(1, "int32"), minConsumer: one(2, "int32") };

/** Schema of {@link GraphDef}, for `encode`. */
export const GRAPH_DEF: Schema = {
  node: many(1, () => nodeDef),
  library: one(2, () => ({ function: many(1, () => functionDef) })),
  versions: one(4, () => VERSIONS),
};
