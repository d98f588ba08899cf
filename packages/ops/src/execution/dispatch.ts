import { castOp } from "../core/cast.ts";
import { scalarTensor, toTensor } from "../convert.ts";
import { isDifferentiable, resultType, type DType, type WeakType } from "../dtype.ts";
import type { Attrs, OpDef, OperandSpec } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { runtime, scoped } from "../runtime.ts";
import type { Spec } from "../shape.ts";
import { isScalar, weakTypeOf, type Scalar } from "../scalar.ts";
import { applySymbolic } from "../symbolic/op-operation.ts";
import { isKerasTensor, type KerasTensor } from "../symbolic/keras-tensor.ts";
import { isTensor, type Tensor } from "../tensor.ts";
import { isVariable } from "../variable.ts";
import { runEager } from "./eager.ts";

/** What a public op hands to `apply`. */
export type OpInput = TensorLike | KerasTensor;

/**
 * Applies an op to whatever its caller was given: the entry of every public op.
 *
 * Variables are read, scalars and arrays become tensors, dtypes are promoted as the op says, and then the op is run, deferred, traced or
 * taped. When an operand is symbolic it becomes a node of a Functional graph instead, and the results are KerasTensors; the type says
 * Tensor, since public ops have an overload for each.
 */
export function apply<A extends Attrs, Given extends Attrs>(
  op: OpDef<A, Given>,
  inputs: readonly OpInput[],
  given: Given,
): readonly Tensor[] {
  const general = op as unknown as OpDef;
  if (inputs.some(isKerasTensor)) return applySymbolic(general, inputs, given) as unknown as readonly Tensor[];
  const operands = promoteOperands(general, inputs as readonly TensorLike[], given);
  return dispatch(general, operands, resolveAttrs(general, operands, given));
}

/** The attributes an op needs for operands of these specs. */
export function resolveAttrs(op: OpDef, specs: readonly Spec[], given: Attrs): Attrs {
  return op.resolve ? op.resolve(specs, given) : given;
}

/** Specs with weak types for scalars. */
export function operandSpec(x: Tensor | Scalar): OperandSpec {
  return isTensor(x) ? x : { shape: [], dtype: weakTypeOf(x) };
}

/** The dtypes that an op's operands are cast to. */
export function promotedDTypes<A extends Attrs>(
  op: OpDef<A>,
  specs: readonly OperandSpec[],
  attrs: A,
): readonly DType[] {
  const rule = op.promote ?? "keep";
  if (typeof rule === "function") return rule(specs, attrs);
  if (rule === "bool") return specs.map(() => "bool");
  if (rule === "keep") return specs.map((s) => resultType(s.dtype));
  const types: (DType | WeakType)[] = specs.map((s) => s.dtype);
  const joined = resultType(...types);
  const common = rule === "float" && !isDifferentiable(joined) ? resultType(joined, "py:float") : joined;
  return specs.map(() => common);
}

function promoteOperands<A extends Attrs>(op: OpDef<A>, inputs: readonly TensorLike[], attrs: A): readonly Tensor[] {
  const read = inputs.map((x) => (isScalar(x) ? x : isVariable(x) ? x.value : toTensor(x)));
  const dtypes = promotedDTypes(op, read.map(operandSpec), attrs);
  return read.map((x, i) => (isTensor(x) ? castTo(x, dtypes[i]!) : scalarTensor(x, dtypes[i]!)));
}

function castTo(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : dispatch(castOp, [x], { dtype })[0]!;
}

/** Runs an op on tensors that have the dtypes it wants: recorded in the trace if there is one, and on every tape that watches. */
export function dispatch<A extends Attrs, Given extends Attrs>(
  op: OpDef<A, Given>,
  inputs: readonly Tensor[],
  attrs: A,
): readonly Tensor[] {
  const state = runtime();
  const general = op as unknown as OpDef;
  const watching =
    op.vjp === null
      ? []
      : state.tapes.filter((tape) => inputs.some((x) => isDifferentiable(x.dtype) && tape.watches(x)));
  // Where no gradient flows, none flows through the parts either.
  if (op.vjp === null && state.tapes.length > 0) return scoped({ tapes: [] }, () => run(general, inputs, attrs));
  if (watching.length === 0) return run(general, inputs, attrs);
  if (op.inline && op.decompose && !op.vjp) return op.decompose(inputs, attrs);
  // What runs now is recorded below as one op: its parts must not be recorded too.
  const outputs = scoped({ tapes: [] }, () => run(general, inputs, attrs));
  for (const tape of watching) tape.record(general, inputs, attrs, outputs);
  return outputs;
}

function run(op: OpDef, inputs: readonly Tensor[], attrs: Attrs): readonly Tensor[] {
  const { trace } = runtime();
  return trace ? trace.record(op, inputs, attrs) : runEager(op, inputs, attrs);
}
