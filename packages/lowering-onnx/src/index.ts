export { lowerToModel, lowerToOnnx } from "./lower.ts";
export type { ExternalData, FrozenData, LowerOptions } from "./options.ts";
export { onnxSupports } from "./supports.ts";
export { decodeModel, encodeModel } from "./proto/model.ts";
export type {
  AttributeProto,
  DimensionProto,
  FunctionProto,
  GraphProto,
  Int64,
  ModelProto,
  NodeProto,
  OperatorSetIdProto,
  StringStringEntryProto,
  TensorProto,
  TensorShapeProto,
  TypeProto,
  ValueInfoProto,
} from "./proto/messages.ts";
export { ELEMENT, dtypeOfElement } from "./proto/elements.ts";
