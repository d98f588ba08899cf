import { sizeOf, type DType, type GraphNode } from "@keras/ops";
import { laneOf } from "../lanes.ts";
import type { Emitter, Place, ShaderValue } from "../wgsl/emitter.ts";

/** Writes the code of one element of a node's result. */
export type Emit = (emitter: Emitter, node: GraphNode, place: Place) => string;

/**
 * What an op costs where it is computed more than once: `view` moves elements or makes them of nothing, `element` computes one from a few,
 * `loop` goes over many.
 */
export type Cost = "view" | "element" | "loop";

export interface EmitRule {
  readonly cost: Cost;
  readonly emit: Emit;
  /** Whether it can be done for these dtypes and attributes; default always. */
  readonly supports?: (inputs: readonly ShaderValue[], attrs: Readonly<Record<string, unknown>>) => boolean;
}

export type EmitTable = Readonly<Record<string, EmitRule>>;

/** Operand `i`: its shapes are known when a graph is compiled. */
export const operand = (node: GraphNode, i: number): ShaderValue => node.inputs[i] as unknown as ShaderValue;
export const result = (node: GraphNode): ShaderValue => node.outputs[0] as unknown as ShaderValue;

/** An operand of an elementwise op, broadcast. */
export const element = (e: Emitter, node: GraphNode, i: number, place: Place): string =>
  e.read(operand(node, i), e.broadcast(operand(node, i).shape, place));

export const sizeOfValue = (value: ShaderValue): number => sizeOf(value.shape);

export type Kind = "float" | "int" | "uint" | "bool";

export function kindOf(dtype: DType): Kind {
  if (dtype === "bool") return "bool";
  const lane = laneOf(dtype);
  return lane === "f32" ? "float" : lane === "i32" ? "int" : "uint";
}

/** Bits kept, and the arguments of `narrow` for small floats. */
const NARROW: Partial<Record<DType, string>> = {
  float16: "10u, -14, 65504f, false",
  bfloat16: "7u, -126, 3.3895314e38f, false",
  float8_e4m3fn: "3u, -6, 448f, true",
  float8_e5m2: "2u, -14, 57344f, false",
};
const BITS: Partial<Record<DType, number>> = { int4: 4, uint4: 4, int8: 8, uint8: 8, int16: 16, uint16: 16 };

/** Brings a computed number into the range of a dtype narrower than its lane. */
export function settle(expression: string, dtype: DType): string {
  const format = NARROW[dtype];
  if (format) return `narrow(${expression}, ${format})`;
  const bits = BITS[dtype];
  if (bits === undefined) return expression;
  if (laneOf(dtype) === "u32") return `((${expression}) & ${2 ** bits - 1}u)`;
  return `(((${expression}) << ${32 - bits}u) >> ${32 - bits}u)`;
}

/** Least and largest value of an integer dtype. */
export function integerRange(dtype: DType): readonly [number, number] {
  const bits = BITS[dtype] ?? 32;
  return laneOf(dtype) === "u32" ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/** What `max` (or `min`) of nothing is, as a literal. */
export function extreme(dtype: DType, least: boolean): string {
  if (dtype === "bool") return least ? "0u" : "1u";
  if (laneOf(dtype) === "f32") {
    if (dtype === "float8_e4m3fn") return least ? "-448f" : "448f";
    return least ? "(-inf())" : "inf()";
  }
  const value = integerRange(dtype)[least ? 0 : 1];
  if (laneOf(dtype) === "u32") return `${value}u`;
  return value === -(2 ** 31) ? "bitcast<i32>(0x80000000u)" : `${value}i`;
}
