import { dim, type Dim } from "@keras/ops";
import type { Call } from "./call.ts";
import { Value, type Known } from "./value.ts";

/*
 * Arithmetic on sizes, as exporters write it: Shape, then Gather, Concat and their like, at last a Reshape. It is done beforehand, with
 * symbols for unknown sizes, so that a model keeps its free batch and sequence.
 */

type Rule = (call: Call, known: readonly (readonly Known[])[]) => Value | null;

const asDim = (n: Known): Dim => (typeof n === "boolean" ? Number(n) : n);
const flat = (shape: Value["shape"]): readonly number[] => shape as readonly number[];

/** Elementwise over two operands, one of which may be a single number. */
const binary =
  (fn: (a: Dim, b: Dim) => Known | null): Rule =>
  (call, [a, b]) => {
    const [x, y] = [call.value(0), call.value(1)];
    const long = a!.length >= b!.length ? x : y;
    const shape = x.shape.length >= y.shape.length ? (a!.length >= b!.length ? x.shape : y.shape) : long.shape;
    if (a!.length !== b!.length && a!.length !== 1 && b!.length !== 1) return null;
    const values: Known[] = [];
    for (let i = 0; i < Math.max(a!.length, b!.length); i++) {
      const value = fn(asDim(a![a!.length === 1 ? 0 : i]!), asDim(b![b!.length === 1 ? 0 : i]!));
      if (value === null) return null;
      values.push(value);
    }
    return Value.sizes(values, flat(shape), typeof values[0] === "boolean" ? "bool" : x.dtype);
  };

const truncated = (a: Dim, b: Dim): Dim | null => {
  if (dim.isStatic(a) && dim.isStatic(b)) return b === 0 ? null : Math.trunc(a / b);
  return dim.floordiv(a, b);
};

const bothStatic = (fn: (a: number, b: number) => Known): ((a: Dim, b: Dim) => Known | null) => {
  return (a, b) => (dim.isStatic(a) && dim.isStatic(b) ? fn(a, b) : null);
};

const RULES: Readonly<Record<string, Rule>> = {
  Add: binary(dim.add),
  Sub: binary(dim.sub),
  Mul: binary(dim.mul),
  Div: (call, known) => (call.value(0).dtype.startsWith("float") ? null : binary(truncated)(call, known)),
  Min: binary(bothStatic(Math.min)),
  Max: binary(bothStatic(Math.max)),
  Mod: binary((a, b) => (dim.isStatic(a) && dim.isStatic(b) ? (b === 0 ? null : ((a % b) + b) % b) : dim.mod(a, b))),
  Equal: binary((a, b) =>
    dim.isStatic(a) && dim.isStatic(b)
      ? a === b
      : dim.equal(a, b)
        ? true
        : dim.isStatic(a) || dim.isStatic(b)
          ? false
          : null,
  ),
  Less: binary(bothStatic((a, b) => a < b)),
  Greater: binary(bothStatic((a, b) => a > b)),
  Identity: (call, [x]) => Value.sizes(x!, flat(call.value(0).shape), call.value(0).dtype),
  Not: (call, [x]) =>
    Value.sizes(
      x!.map((v) => !v),
      flat(call.value(0).shape),
      "bool",
    ),
  Cast: (call, [x]) => {
    const to = call.int("to", 0);
    const isInt = to === 6 || to === 7;
    if (isInt)
      return Value.sizes(
        x!.map((n) => (typeof n === "number" ? Math.trunc(n) : asDim(n))),
        flat(call.value(0).shape),
        to === 7 ? "int64" : "int32",
      );
    return null;
  },
  Squeeze: (_, [x]) => Value.sizes(x!, x!.length === 1 ? [] : [x!.length]),
  Unsqueeze: (call, [x]) => (call.value(0).shape.length === 0 ? Value.sizes(x!, [1]) : null),
  Reshape: (call, [x]) => {
    const target = call.fixed(1)!;
    return target.length <= 1 ? Value.sizes(x!, target.length === 0 ? [] : [x!.length]) : null;
  },
  Concat: (call, all) => Value.sizes(all.flat(), [all.flat().length], call.value(0).dtype),
  Gather: (call, [x, at]) => {
    if (call.value(0).shape.length !== 1) return null;
    return Value.sizes(
      at!.map((i) => x!.at(Number(i))!),
      flat(call.value(1).shape),
      call.value(0).dtype,
    );
  },
  Slice: (call, [x]) => {
    if (call.value(0).shape.length !== 1) return null;
    const [starts, ends, steps] = [
      call.ints("starts") ?? call.fixed(1),
      call.ints("ends") ?? call.fixed(2),
      call.fixed(4),
    ];
    if ((steps?.[0] ?? 1) !== 1) return null;
    const cut = x!.slice(starts![0], Math.min(ends![0]!, 2 ** 31));
    return Value.sizes(cut, [cut.length], call.value(0).dtype);
  },
  ReduceProd: (call, [x]) => Value.sizes([x!.map(asDim).reduce(dim.mul, 1)], call.int("keepdims", 1) ? [1] : []),
  Where: (call, [c, x, y]) => {
    const n = Math.max(c!.length, x!.length, y!.length);
    const at = (v: readonly Known[], i: number): Known => v[v.length === 1 ? 0 : i]!;
    const values = Array.from({ length: n }, (_, i) => (at(c!, i) ? at(x!, i) : at(y!, i)));
    return Value.sizes(values, call.inputs.some((v) => (v as Value).shape.length > 0) ? [n] : [], call.value(1).dtype);
  },
  ConstantOfShape: (call, [shape]) => {
    if (shape!.length > 1 || !shape!.every((n) => typeof n === "number")) return null;
    const fill = call.constant("value")?.known()?.[0] ?? 0;
    const n = (shape![0] ?? 1) as number;
    return n > 64
      ? null
      : Value.sizes(
          new Array<Known>(n).fill(fill),
          shape as readonly number[],
          call.constant("value")?.dtype ?? "float32",
        );
  },
};

/** The result where an operator works on sizes alone; null where it is to be computed on tensors. */
export function ofSizes(call: Call): Value | null {
  const rule = RULES[call.node.opType];
  if (!rule || !call.inputs.some((x) => x instanceof Value && x.isSize)) return null;
  if (!call.inputs.every((x): x is Value => x instanceof Value)) return null;
  const known = (call.inputs as readonly Value[]).map((x) => (x.isSize || x.constant ? x.known() : null));
  return known.includes(null) ? null : rule(call, known as readonly (readonly Known[])[]);
}
