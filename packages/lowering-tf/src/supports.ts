import type { Attrs, DType, OpDef, Spec } from "@keras/ops";
import { targetOf, type TargetOptions } from "./options.ts";
import { EMITTERS } from "./table.ts";

/** Types that TensorFlow computes with. 8-bit floats, 4-bit integers and strings are stored by it, hardly more. */
const DTYPES: ReadonlySet<DType> = new Set<DType>([
  "bool",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "float16",
  "bfloat16",
  "float32",
  "float64",
  "complex64",
  "complex128",
]);

/** Axes up to which all operators work; slices are the first to fail. */
const MAX_RANK = 8;

/**
 * Whether {@link lowerToFunction} can emit an op for inputs of these shapes and dtypes with these attributes.
 * What it cannot must be decomposed or computed elsewhere first.
 */
export function tfSupports(op: OpDef, inputs: readonly Spec[], attrs: Attrs, options: TargetOptions = {}): boolean {
  const emitter = Object.hasOwn(EMITTERS, op.name) ? EMITTERS[op.name] : undefined;
  if (!emitter) return false;
  if (!inputs.every((x) => DTYPES.has(x.dtype) && x.shape.length <= MAX_RANK)) return false;
  const { dtype, shape } = attrs as { dtype?: unknown; shape?: unknown };
  if (typeof dtype === "string" && !DTYPES.has(dtype as DType)) return false;
  if (Array.isArray(shape) && shape.length > MAX_RANK) return false;
  return emitter.supports?.(inputs, attrs, targetOf(options)) ?? true;
}
