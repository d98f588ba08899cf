import type { Attrs, DType, OpDef, Spec } from "@keras/ops";
import { targetOf, type LowerOptions } from "./options.ts";
import { EMITTERS } from "./table.ts";

/** Types that ONNX graphs made here hold. Complex numbers, 8-bit floats, 4-bit integers and strings are not computed with. */
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
]);

/**
 * Whether {@link lowerToOnnx} can emit an op for inputs of these shapes and dtypes with these attributes.
 * What it cannot must be decomposed or computed elsewhere first.
 */
export function onnxSupports(op: OpDef, inputs: readonly Spec[], attrs: Attrs, options: LowerOptions = {}): boolean {
  const emitter = Object.hasOwn(EMITTERS, op.name) ? EMITTERS[op.name] : undefined;
  if (!emitter) return false;
  if (!inputs.every((x) => DTYPES.has(x.dtype))) return false;
  const { dtype } = attrs as { dtype?: unknown };
  if (typeof dtype === "string" && !DTYPES.has(dtype as DType)) return false;
  const target = targetOf(options);
  return emitter.supports?.(inputs, attrs, target) ?? true;
}
