import {
  ATTRIBUTE_TYPE,
  type AttributeProto,
  type GraphProto,
  type Int64,
  type TensorProto,
} from "../proto/messages.ts";

/** An attribute of an ONNX node. Bare numbers are integers; floats are spelled `{ float: x }`, since JavaScript cannot tell 2.0 from 2. */
export type Attribute =
  | number
  | bigint
  | string
  | readonly Int64[]
  | { readonly float: number }
  | { readonly tensor: TensorProto }
  | { readonly graph: GraphProto };

export type Attributes = Readonly<Record<string, Attribute>>;

const text = new TextEncoder();

export function attributeProto(name: string, value: Attribute): AttributeProto {
  if (typeof value === "number" || typeof value === "bigint") return { name, type: ATTRIBUTE_TYPE.int, i: value };
  if (typeof value === "string") return { name, type: ATTRIBUTE_TYPE.string, s: text.encode(value) };
  if (Array.isArray(value)) return { name, type: ATTRIBUTE_TYPE.ints, ints: [...(value as readonly Int64[])] };
  if ("float" in value) return { name, type: ATTRIBUTE_TYPE.float, f: value.float };
  if ("tensor" in value) return { name, type: ATTRIBUTE_TYPE.tensor, t: value.tensor };
  return { name, type: ATTRIBUTE_TYPE.graph, g: (value as { graph: GraphProto }).graph };
}

/** A string that equal attributes share; null where a node is better never merged (it holds a subgraph). */
export function attributesKey(attributes: Attributes): string | null {
  let key = "";
  for (const name of Object.keys(attributes).sort()) {
    const value = attributes[name]!;
    if (typeof value === "object" && "graph" in value) return null;
    if (typeof value === "object" && "tensor" in value)
      key += `${name}=${value.tensor.dataType}:${value.tensor.rawData?.join()};`;
    else if (typeof value === "object" && "float" in value)
      key += `${name}=${Object.is(value.float, -0) ? "-0" : value.float}f;`;
    else
      key += `${name}=${Array.isArray(value) ? `[${value.join()}]` : `${String(value)}${typeof value === "string" ? "s" : ""}`};`;
  }
  return key;
}
