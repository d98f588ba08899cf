import {
  GRAPH_DEF,
  many,
  map,
  one,
  TENSOR_SHAPE,
  VERSIONS,
  type GraphDef,
  type Schema,
  type TensorShapeProto,
} from "@keras/lowering-tf";

/*
 * TensorFlow's messages around a graph (https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/protobuf), under camelCase
 * names. Field numbers are TensorFlow's.
 */

/** A tensor by the name it has in the graph. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype?: number | undefined;
  readonly tensorShape: TensorShapeProto;
}

export interface SignatureDef {
  readonly inputs?: Readonly<Record<string, TensorInfo>> | undefined;
  readonly outputs: Readonly<Record<string, TensorInfo>>;
  readonly methodName?: string | undefined;
}

/** A Python value: one of the fields. */
export interface StructuredValue {
  readonly noneValue?: Record<never, never> | undefined;
  readonly stringValue?: string | undefined;
  readonly tensorSpecValue?:
    | { readonly name: string; readonly shape: TensorShapeProto; readonly dtype: number }
    | undefined;
  readonly listValue?: { readonly values: readonly StructuredValue[] } | undefined;
  readonly tupleValue?: { readonly values: readonly StructuredValue[] } | undefined;
  readonly dictValue?: { readonly fields: Readonly<Record<string, StructuredValue>> } | undefined;
  readonly namedTupleValue?:
    | { readonly name: string; readonly values: readonly { readonly key: string; readonly value: StructuredValue }[] }
    | undefined;
}

export interface FunctionSpec {
  readonly fullargspec: StructuredValue;
  readonly isMethod: boolean;
  readonly inputSignature: StructuredValue;
}

export interface ObjectReference {
  readonly nodeId: number;
  readonly localName: string;
}

/** A node of the graph of Python objects: its children, and one of the other fields. */
export interface SavedObject {
  readonly children: readonly ObjectReference[];
  readonly userObject?:
    | { readonly identifier: string; readonly version: { readonly producer: number; readonly minConsumer: number } }
    | undefined;
  readonly function?:
    | { readonly concreteFunctions: readonly string[]; readonly functionSpec: FunctionSpec }
    | undefined;
  readonly variable?:
    | { readonly dtype: number; readonly shape: TensorShapeProto; readonly trainable: boolean; readonly name: string }
    | undefined;
  readonly bareConcreteFunction?:
    | {
        readonly concreteFunctionName: string;
        readonly argumentKeywords: readonly string[];
        readonly allowedPositionalArguments: number;
        readonly functionSpec: FunctionSpec;
      }
    | undefined;
}

export interface SavedConcreteFunction {
  /** Nodes of the variables behind a function's last arguments. */
  readonly boundInputs: readonly number[];
  readonly canonicalizedInputSignature: StructuredValue;
  readonly outputSignature: StructuredValue;
}

export interface SavedModel {
  readonly savedModelSchemaVersion: number;
  readonly metaGraphs: readonly {
    readonly metaInfoDef: {
      readonly tags: readonly string[];
      readonly tensorflowVersion: string;
      readonly tensorflowGitVersion: string;
      readonly strippedDefaultAttrs: boolean;
    };
    readonly graphDef: GraphDef;
    readonly saverDef?:
      | {
          readonly filenameTensorName: string;
          readonly saveTensorName: string;
          readonly restoreOpName: string;
          readonly version: number;
        }
      | undefined;
    readonly signatureDef: Readonly<Record<string, SignatureDef>>;
    readonly objectGraphDef: {
      readonly nodes: readonly SavedObject[];
      readonly concreteFunctions: Readonly<Record<string, SavedConcreteFunction>>;
    };
  }[];
}

const tensorInfo: Schema = {
  name: one(1, "string"),
  dtype: one(2, "int32"),
  tensorShape: one(3, () => TENSOR_SHAPE),
};

const signatureDef: Schema = {
  inputs: map(1, () => tensorInfo),
  outputs: map(2, () => tensorInfo),
  methodName: one(3, "string"),
};

const values: Schema = { values: many(1, () => structuredValue) };

const structuredValue: Schema = {
  noneValue: one(1, () => ({})),
  stringValue: one(13, "string"),
  tensorSpecValue: one(33, () => ({
    name: one(1, "string"),
    shape: one(2, () => TENSOR_SHAPE),
    dtype: one(3, "int32"),
  })),
  listValue: one(51, () => values),
  tupleValue: one(52, () => values),
  dictValue: one(53, () => ({ fields: map(1, () => structuredValue) })),
  namedTupleValue: one(54, () => ({
    name: one(1, "string"),
    values: many(2, () => ({ key: one(1, "string"), value: one(2, () => structuredValue) })),
  })),
};

const functionSpec: Schema = {
  fullargspec: one(1, () => structuredValue),
  isMethod: one(2, "bool"),
  inputSignature: one(5, () => structuredValue),
};

const reference: Schema = { nodeId: one(1, "int32"), localName: one(2, "string") };

const savedObject: Schema = {
  children: many(1, () => reference),
  userObject: one(4, () => ({ identifier: one(1, "string"), version: one(2, () => VERSIONS) })),
  function: one(6, () => ({ concreteFunctions: many(1, "string"), functionSpec: one(2, () => functionSpec) })),
  variable: one(7, () => ({
    dtype: one(1, "int32"),
    shape: one(2, () => TENSOR_SHAPE),
    trainable: one(3, "bool"),
    name: one(6, "string"),
  })),
  bareConcreteFunction: one(8, () => ({
    concreteFunctionName: one(1, "string"),
    argumentKeywords: many(2, "string"),
    allowedPositionalArguments: one(3, "int64"),
    functionSpec: one(4, () => functionSpec),
  })),
};

const concreteFunction: Schema = {
  boundInputs: many(2, "int32"),
  canonicalizedInputSignature: one(3, () => structuredValue),
  outputSignature: one(4, () => structuredValue),
};

const metaGraph: Schema = {
  metaInfoDef: one(1, () => ({
    tags: many(4, "string"),
    tensorflowVersion: one(5, "string"),
    tensorflowGitVersion: one(6, "string"),
    strippedDefaultAttrs: one(7, "bool"),
  })),
  graphDef: one(2, () => GRAPH_DEF),
  saverDef: one(3, () => ({
    filenameTensorName: one(1, "string"),
    saveTensorName: one(2, "string"),
    restoreOpName: one(3, "string"),
    version: one(7, "int32"),
  })),
  signatureDef: map(5, () => signatureDef),
  objectGraphDef: one(7, () => ({
    nodes: many(1, () => savedObject),
    concreteFunctions: map(2, () => concreteFunction),
  })),
};

/** Schema of {@link SavedModel}. */
export const SAVED_MODEL: Schema = {
  savedModelSchemaVersion: one(1, "int64"),
  metaGraphs: many(2, () => metaGraph),
};

/** Schema of a checkpoint's graph of objects. */
export const TRACKABLE_OBJECT_GRAPH: Schema = {
  nodes: many(1, () => ({
    children: many(1, () => reference),
    attributes: many(2, () => ({
      name: one(1, "string"),
      fullName: one(2, "string"),
      checkpointKey: one(3, "string"),
    })),
    hasCheckpointValues: one(5, () => ({ value: one(1, "bool") })),
  })),
};

/** Schema of `fingerprint.pb`. */
export const FINGERPRINT: Schema = {
  savedModelChecksum: one(1, "uint64"),
  version: one(6, () => VERSIONS),
  uuid: one(7, "string"),
};
