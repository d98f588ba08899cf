export { lowerToFunction, emitNode, type LoweredFunction } from "./lower.ts";
export type { Binding, LowerOptions, TargetOptions } from "./options.ts";
export { tfSupports } from "./supports.ts";
export { shapeProto } from "./emit/attributes.ts";
export type { Attribute, Attributes } from "./emit/attributes.ts";
export { Emitter, type EmitBody, type Operand, type Result, type Target } from "./emit/emitter.ts";
export { argumentName, uniqueName } from "./emit/function.ts";
export { opSignature, opTable, type OpArg, type OpSignature } from "./emit/op-signatures.ts";
export { completeAttributes, flatOperands } from "./emit/type-attributes.ts";
export type { Fill, Ref, Val } from "./emit/value.ts";
export { tensorProto } from "./emit/tensors.ts";
export { attrValue } from "./emit/attributes.ts";
export {
  GRAPH_DEF,
  TENSOR_SHAPE,
  VERSIONS,
  type ArgDef,
  type AttrMap,
  type AttrValue,
  type FunctionDef,
  type GraphDef,
  type ListValue,
  type NodeDef,
  type TensorProto,
  type TensorShapeProto,
} from "./proto/messages.ts";
export { DATA_TYPE, type Element } from "./proto/types.ts";
export { encode, many, map, one, type Field, type FieldType, type Int64, type Schema } from "./proto/wire.ts";
