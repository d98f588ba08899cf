import { isComplex, isSmallFloat, sizeOf, type Attrs, type DType, type KernelCall, type StaticSpec } from "@keras/ops";
import { allKernels } from "../src/parts.ts";
import { allocate, familyOf, type Storage } from "../src/storage.ts";

/** A value as the fixtures have it: dtype, shape, elements. */
export type Value = readonly [DType, readonly number[], readonly (number | string)[]];

export function storageOf([dtype, shape, elements]: Value): Storage {
  const out = allocate(dtype, sizeOf(shape));
  elements.forEach((e, i) => {
    out[i] = (familyOf(dtype) === "wide" ? BigInt(e) : dtype === "string" ? e : Number(e)) as never;
  });
  return out;
}

export interface Result {
  readonly storage: Storage;
  readonly shape: readonly number[];
}

/** Calls a kernel with the specs that the core would give it. Shapes of data-dependent outputs are the kernel's own. */
export function run(op: string, inputs: readonly Value[], attrs: Attrs, outputs: readonly StaticSpec[]): Result[] {
  const call: KernelCall = {
    inputs: inputs.map(storageOf),
    inputSpecs: inputs.map(([dtype, shape]) => ({ dtype, shape })),
    attrs,
    outputSpecs: outputs,
  };
  const before = call.inputs.map((x) => (x as Float32Array).slice());
  const results = allKernels[op](call);
  // A kernel never writes to its operands.
  before.forEach((x, i) => {
    if (!same(x as Storage, call.inputs[i] as Storage)) throw new Error(`${op} changed its input ${i}`);
  });
  return results.map((r, i) => {
    const shaped = r as { buffer?: Storage; shape?: readonly number[] };
    if (shaped.shape && shaped.buffer && !ArrayBuffer.isView(r)) return { storage: shaped.buffer, shape: shaped.shape };
    return { storage: r as Storage, shape: outputs[i].shape };
  });
}

function same(a: Storage, b: Storage): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** Shorthand for one-output calls on float32 (or another dtype's) numbers. */
export function floats(shape: readonly number[], elements: ArrayLike<number>, dtype: DType = "float32"): Value {
  return [dtype, shape, Array.from(elements)];
}

/** Distance of neighbouring values at 1. */
export function precision(dtype: DType): number {
  if (dtype === "bfloat16") return 2 ** -7;
  if (dtype === "float8_e4m3fn") return 2 ** -3;
  if (dtype === "float8_e5m2") return 2 ** -2;
  if (dtype === "float16") return 2 ** -10;
  return dtype === "float64" || dtype === "complex128" ? 2 ** -52 : 2 ** -23;
}

/**
 * What differs, or null. Floats agree within `ulps` places of their own size plus `absolute`; parts of a complex number within places of the
 * number's size. Everything else must be equal.
 */
export function difference(got: Storage, expected: Storage, dtype: DType, ulps: number, absolute = 0): string | null {
  if (got.constructor !== expected.constructor)
    return `storage is ${got.constructor.name}, not ${expected.constructor.name}`;
  if (got.length !== expected.length) return `${got.length} elements, not ${expected.length}`;
  const approximate = isSmallFloat(dtype) || dtype.startsWith("float") || isComplex(dtype);
  for (let i = 0; i < got.length; i++) {
    const [a, b] = [got[i], expected[i]];
    if (Object.is(a, b)) continue;
    if (!approximate || typeof a !== "number" || typeof b !== "number") return `element ${i} is ${a}, not ${b}`;
    if (Number.isNaN(a) !== Number.isNaN(b) || (!Number.isFinite(b) && a !== b))
      return `element ${i} is ${a}, not ${b}`;
    const other = isComplex(dtype) ? Number(expected[i ^ 1]) : 0;
    const size = Number.isFinite(other) ? Math.hypot(b, other) : Math.abs(b);
    if (Math.abs(a - b) > ulps * precision(dtype) * size + absolute) return `element ${i} is ${a}, not ${b}`;
  }
  return null;
}
