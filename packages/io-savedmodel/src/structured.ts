import { DATA_TYPE, shapeProto, type Element } from "@keras/lowering-tf";
import type { Shape } from "@keras/ops";
import type { FunctionSpec, StructuredValue } from "./proto/saved-model.ts";

/** A tensor in a signature. */
export interface Port {
  readonly name: string;
  readonly dtype: Element;
  readonly shape: Shape;
}

export function spec({ name, dtype, shape }: Port): StructuredValue {
  return { tensorSpecValue: { name, shape: shapeProto(shape), dtype: DATA_TYPE[dtype] } };
}

export function list(values: readonly StructuredValue[]): StructuredValue {
  return { listValue: { values } };
}

export function tuple(values: readonly StructuredValue[]): StructuredValue {
  return { tupleValue: { values } };
}

export function dictionary(fields: Readonly<Record<string, StructuredValue>>): StructuredValue {
  return { dictValue: { fields } };
}

const none: StructuredValue = { noneValue: {} };

/** A dictionary of ports by their names. */
export function byName(ports: readonly Port[]): StructuredValue {
  return dictionary(Object.fromEntries(ports.map((p) => [p.name, spec(p)])));
}

/** How Python binds the arguments of a function. */
export function functionSpec(
  args: readonly string[],
  options: {
    readonly varargs?: string;
    readonly keywordOnly?: readonly string[];
    readonly signature?: StructuredValue;
  },
): FunctionSpec {
  const names = (all: readonly string[]): StructuredValue => list(all.map((stringValue) => ({ stringValue })));
  const fields: readonly (readonly [string, StructuredValue])[] = [
    ["args", names(args)],
    ["varargs", options.varargs === undefined ? none : { stringValue: options.varargs }],
    ["varkw", none],
    ["defaults", none],
    ["kwonlyargs", names(options.keywordOnly ?? [])],
    ["kwonlydefaults", none],
    ["annotations", dictionary({})],
  ];
  const fullargspec: StructuredValue = {
    namedTupleValue: { name: "FullArgSpec", values: fields.map(([key, value]) => ({ key, value })) },
  };
  return { fullargspec, isMethod: false, inputSignature: options.signature ?? none };
}
