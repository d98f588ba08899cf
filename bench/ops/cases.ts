import { randomNumbers } from "../cases.ts";
import data from "./cases.json" with { type: "json" };

export type OpName = keyof typeof data.cases;
export const OP_NAMES: readonly OpName[] = Object.keys(data.cases) as OpName[];

export const SIZES = ["small", "medium", "large"] as const;
export type Size = (typeof SIZES)[number];

/** An operand: row-major values and their shape. */
export interface Operand {
  readonly values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
}

const shapes: Readonly<Record<string, readonly (readonly number[])[]>> = data.shapes;

/** Shape of an operand; positive numbers and masks are as large as a matrix. */
export function shapeOf(kind: string, size: Size): readonly number[] {
  return (shapes[kind] ?? shapes["matrix"]!)[SIZES.indexOf(size)]!;
}

/** The operands of a case, the same in every process. */
export function operandsOf(op: OpName, size: Size): Operand[] {
  const [rows] = shapeOf("matrix", size) as [number];
  return data.cases[op].map((kind, i): Operand => {
    const shape = shapeOf(kind, size);
    const count = shape.reduce((product, dim) => product * dim, 1);
    if (kind === "indices") {
      return { values: Int32Array.from({ length: count }, (_, k) => (k * 7 + 3) % rows), shape, dtype: "int32" };
    }
    const values = randomNumbers(count, i + 1);
    if (kind === "mask") return { values: Uint8Array.from(values, (x) => Number(x > 0)), shape, dtype: "bool" };
    return { values: kind === "positive" ? values.map((x) => Math.abs(x) + 0.1) : values, shape, dtype: "float32" };
  });
}

/** The file of an operand for workers in other languages: raw numbers in the machine's order. */
export function fileName(op: OpName, size: Size, index: number): string {
  return `${op}-${size}-${index}.bin`;
}
