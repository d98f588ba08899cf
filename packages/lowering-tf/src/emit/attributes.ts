import type { Shape } from "@keras/ops";
import type { AttrValue, TensorProto, TensorShapeProto } from "../proto/messages.ts";
import { DATA_TYPE, type Element } from "../proto/types.ts";

/** An attribute of an operator. Bare numbers are integers; floats are spelled `{ float: x }`, since JavaScript cannot tell 2.0 from 2. */
export type Attribute =
  | number
  | string
  | boolean
  | readonly number[]
  | { readonly float: number }
  | { readonly type: Element }
  | { readonly types: readonly Element[] }
  | { readonly shape: Shape }
  | { readonly tensor: TensorProto }
  | { readonly function: string };

export type Attributes = Readonly<Record<string, Attribute>>;

const text = new TextEncoder();

/** A shape; sizes that are not known are -1. */
export function shapeProto(shape: Shape): TensorShapeProto {
  return { dim: shape.map((d) => ({ size: typeof d === "number" ? d : -1 })) };
}

export function attrValue(value: Attribute): AttrValue {
  if (typeof value === "number") return { i: value };
  if (typeof value === "string") return { s: text.encode(value) };
  if (typeof value === "boolean") return { b: value };
  if ("float" in value) return { f: value.float };
  if ("type" in value) return { type: DATA_TYPE[value.type] };
  if ("types" in value) return { list: { type: value.types.map((t) => DATA_TYPE[t]) } };
  if ("shape" in value) return { shape: shapeProto(value.shape) };
  if ("tensor" in value) return { tensor: value.tensor };
  if ("function" in value) return { func: { name: value.function } };
  return { list: { i: value } };
}

/** A string that equal attributes share; null where a node is better never merged (it holds data or a function). */
export function attributesKey(attributes: Attributes): string | null {
  const parts: string[] = [];
  for (const name of Object.keys(attributes).sort()) {
    const value = attributes[name]!;
    if (typeof value === "object" && ("tensor" in value || "function" in value)) return null;
    if (typeof value === "object" && "float" in value)
      parts.push(`${name}=${Object.is(value.float, -0) ? "-0" : value.float}f`);
    else if (typeof value === "object" && "shape" in value) parts.push(`${name}=[${value.shape.map(String).join()}]`);
    else parts.push(`${name}=${JSON.stringify(value)}`);
  }
  return parts.join(";");
}
