import { apply, operandSpec, promotedDTypes, resolveAttrs, type OpInput } from "../execution/dispatch.ts";
import type { Attrs, OpDef, OperandSpec } from "../op.ts";
import { autoName } from "../naming.ts";
import { isScalar } from "../scalar.ts";
import { isTensor } from "../tensor.ts";
import { toTensor } from "../convert.ts";
import { isVariable } from "../variable.ts";
import { isKerasTensor, KerasTensor } from "./keras-tensor.ts";
import { Node } from "./node.ts";
import { Operation, type OperationOptions } from "./operation.ts";

/** An op as a node of a Functional graph. */
export class OpOperation extends Operation {
  readonly op: OpDef;
  readonly attrs: Attrs;

  constructor(op: OpDef, attrs: Attrs, options: OperationOptions = {}) {
    super({ name: options.name ?? autoName(op.keras?.split(".").at(-1) ?? op.name) });
    this.op = op;
    this.attrs = attrs;
  }

  override call(...inputs: never[]): unknown {
    const operands = (this.op.listInput ? inputs[0] : inputs) as unknown as readonly OpInput[];
    const results = apply(this.op, operands, this.attrs);
    return results.length === 1 ? results[0] : results;
  }

  override computeOutputSpec(args: readonly unknown[]): unknown {
    const operands = (this.op.listInput ? args[0] : args) as readonly OpInput[];
    const outputs = inferSymbolic(this.op, operands, this.attrs);
    return outputs.length === 1 ? outputs[0] : outputs;
  }
}

function inferSymbolic(op: OpDef, inputs: readonly OpInput[], attrs: Attrs): KerasTensor[] {
  const specs = inputs.map((x): OperandSpec => {
    if (isKerasTensor(x)) return x.spec;
    if (isScalar(x)) return operandSpec(x);
    return isTensor(x) || isVariable(x) ? x : toTensor(x);
  });
  const dtypes = promotedDTypes(op, specs, attrs);
  const promoted = specs.map(({ shape }, i) => ({ shape, dtype: dtypes[i]! }));
  const outputs = op.infer(promoted, resolveAttrs(op, promoted, attrs));
  return (op.declare?.(outputs, specs) ?? outputs).map(({ shape, dtype }) => new KerasTensor(shape, dtype));
}

/** Applies an op to operands some of which are symbolic. */
export function applySymbolic(op: OpDef, inputs: readonly OpInput[], attrs: Attrs): readonly KerasTensor[] {
  const outputs = inferSymbolic(op, inputs, attrs);
  const operation = new OpOperation(op, attrs);
  new Node(operation, op.listInput ? [inputs] : inputs, {}, outputs);
  return outputs;
}
