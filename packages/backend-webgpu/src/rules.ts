import type { Attrs, GraphNode, OpDef, StaticSpec } from "@keras/ops";
import { dotRules } from "./emit/dot.ts";
import { elementwiseRules } from "./emit/elementwise.ts";
import type { EmitRule, EmitTable } from "./emit/emit.ts";
import { indexRules } from "./emit/indexing.ts";
import { movementRules } from "./emit/movement.ts";
import { reduceRules } from "./emit/reduce.ts";
import { windowRules } from "./emit/window.ts";
import { onDevice } from "./lanes.ts";

/** Every op that is written into shaders element by element. */
export const RULES: EmitTable = /* @__PURE__ */ (() => ({
  ...elementwiseRules,
  ...movementRules,
  ...indexRules,
  ...reduceRules,
  ...dotRules,
  ...windowRules,
}))();

/** The rule of an op for operands of these dtypes; null where the device does not have it. */
export function ruleFor(op: OpDef, inputs: readonly StaticSpec[], attrs: Attrs): EmitRule | null {
  const rule = Object.hasOwn(RULES, op.name) ? RULES[op.name]! : null;
  if (!rule || !inputs.every((x) => onDevice(x.dtype))) return null;
  return (rule.supports?.(inputs, attrs) ?? true) ? rule : null;
}

/** As `ruleFor`, of a node whose shapes are known. */
export const ruleOf = (node: GraphNode): EmitRule | null =>
  ruleFor(node.op, node.inputs as unknown as readonly StaticSpec[], node.attrs);
