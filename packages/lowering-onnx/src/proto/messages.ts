import { many, one, type Schema } from "./wire.ts";

/*
 * The messages of the ONNX standard (https://onnx.ai/onnx/repo-docs/IR.html) that this package writes and reads, under camelCase names.
 * Field numbers and enum values are the standard's.
 */

/** A 64-bit integer: a bigint only where a number would not be exact. */
export type Int64 = number | bigint;

export interface ModelProto {
  irVersion: Int64;
  producerName?: string | undefined;
  producerVersion?: string | undefined;
  domain?: string | undefined;
  modelVersion?: Int64 | undefined;
  docString?: string | undefined;
  graph: GraphProto;
  opsetImport: OperatorSetIdProto[];
  metadataProps?: StringStringEntryProto[] | undefined;
  functions?: FunctionProto[] | undefined;
}

export interface OperatorSetIdProto {
  /** Empty: the standard operators. */
  domain?: string | undefined;
  version: Int64;
}

export interface StringStringEntryProto {
  key: string;
  value: string;
}

export interface GraphProto {
  node: NodeProto[];
  name: string;
  initializer?: TensorProto[] | undefined;
  docString?: string | undefined;
  input: ValueInfoProto[];
  output: ValueInfoProto[];
  valueInfo?: ValueInfoProto[] | undefined;
}

export interface NodeProto {
  /** An empty string stands for an optional input that is left out. */
  input: string[];
  output: string[];
  name?: string | undefined;
  opType: string;
  domain?: string | undefined;
  attribute?: AttributeProto[] | undefined;
  docString?: string | undefined;
  metadataProps?: StringStringEntryProto[] | undefined;
}

export interface FunctionProto {
  name: string;
  input: string[];
  output: string[];
  attribute?: string[] | undefined;
  /** Attributes with a default. */
  attributeProto?: AttributeProto[] | undefined;
  node: NodeProto[];
  opsetImport: OperatorSetIdProto[];
  domain: string;
}

/** Values of {@link AttributeProto.type}. */
export const ATTRIBUTE_TYPE = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  graphs: 10,
} as const;

export interface AttributeProto {
  name: string;
  type: number;
  f?: number | undefined;
  i?: Int64 | undefined;
  s?: Uint8Array | undefined;
  t?: TensorProto | undefined;
  g?: GraphProto | undefined;
  floats?: number[] | undefined;
  ints?: Int64[] | undefined;
  strings?: Uint8Array[] | undefined;
  graphs?: GraphProto[] | undefined;
  /** In the body of a function: the attribute of the call whose value this one takes. */
  refAttrName?: string | undefined;
}

export interface TensorProto {
  dims: Int64[];
  dataType: number;
  name?: string | undefined;
  rawData?: Uint8Array | undefined;
  stringData?: Uint8Array[] | undefined;
  floatData?: number[] | undefined;
  int32Data?: number[] | undefined;
  int64Data?: Int64[] | undefined;
  doubleData?: number[] | undefined;
  uint64Data?: Int64[] | undefined;
  externalData?: StringStringEntryProto[] | undefined;
  /** 1: the data lies in a file of its own, described by `externalData`. */
  dataLocation?: number | undefined;
}

export interface ValueInfoProto {
  name: string;
  type?: TypeProto | undefined;
}

export interface TypeProto {
  tensorType?: { elemType: number; shape?: TensorShapeProto | undefined } | undefined;
}

export interface TensorShapeProto {
  dim: DimensionProto[];
}

export interface DimensionProto {
  dimValue?: Int64 | undefined;
  dimParam?: string | undefined;
}

const stringStringEntry: Schema = { key: one(1, "string"), value: one(2, "string") };

const operatorSetId: Schema = { domain: one(1, "string"), version: one(2, "int64") };

const tensor: Schema = {
  dims: many(1, "int64"),
  dataType: one(2, "int32"),
  floatData: many(4, "float"),
  int32Data: many(5, "int32"),
  stringData: many(6, "bytes"),
  int64Data: many(7, "int64"),
  name: one(8, "string"),
  rawData: one(9, "bytes"),
  doubleData: many(10, "double"),
  uint64Data: many(11, "uint64"),
  externalData: many(13, () => stringStringEntry),
  dataLocation: one(14, "int32"),
};

const attribute: Schema = {
  name: one(1, "string"),
  f: one(2, "float"),
  i: one(3, "int64"),
  s: one(4, "bytes"),
  t: one(5, () => tensor),
  g: one(6, () => graph),
  floats: many(7, "float"),
  ints: many(8, "int64"),
  strings: many(9, "bytes"),
  graphs: many(11, () => graph),
  type: one(20, "int32"),
  refAttrName: one(21, "string"),
};

const node: Schema = {
  input: many(1, "string"),
  output: many(2, "string"),
  name: one(3, "string"),
  opType: one(4, "string"),
  attribute: many(5, () => attribute),
  docString: one(6, "string"),
  domain: one(7, "string"),
  metadataProps: many(9, () => stringStringEntry),
};

const dimension: Schema = { dimValue: one(1, "int64"), dimParam: one(2, "string") };
const tensorShape: Schema = { dim: many(1, () => dimension) };
const tensorType: Schema = { elemType: one(1, "int32"), shape: one(2, () => tensorShape) };
const type: Schema = { tensorType: one(1, () => tensorType) };
const valueInfo: Schema = { name: one(1, "string"), type: one(2, () => type) };

const graph: Schema = {
  node: many(1, () => node),
  name: one(2, "string"),
  initializer: many(5, () => tensor),
  docString: one(10, "string"),
  input: many(11, () => valueInfo),
  output: many(12, () => valueInfo),
  valueInfo: many(13, () => valueInfo),
};

const functionProto: Schema = {
  name: one(1, "string"),
  input: many(4, "string"),
  output: many(5, "string"),
  attribute: many(6, "string"),
  node: many(7, () => node),
  opsetImport: many(9, () => operatorSetId),
  domain: one(10, "string"),
  attributeProto: many(11, () => attribute),
};

/** Schema of a whole model, for {@link encode} and {@link decode}. */
export const MODEL: Schema = {
  irVersion: one(1, "int64"),
  producerName: one(2, "string"),
  producerVersion: one(3, "string"),
  domain: one(4, "string"),
  modelVersion: one(5, "int64"),
  docString: one(6, "string"),
  graph: one(7, () => graph),
  opsetImport: many(8, () => operatorSetId),
  metadataProps: many(14, () => stringStringEntry),
  functions: many(25, () => functionProto),
};
