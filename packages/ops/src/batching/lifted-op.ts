import type { Dim } from "../dim.ts";
import type { Attrs, OpDef, VjpContext } from "../op.ts";
import { sum } from "../numpy/sum.ts";
import type { Spec } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { batchDecomposition } from "./batch-graph.ts";
import { mapFlat } from "./map-flat.ts";
import { materialize, rows, type Mapped } from "./mapped.ts";

interface LiftedAttrs {
  readonly [key: string]: unknown;
  /** Those of the op for one example. */
  readonly attrs: Attrs;
  readonly mapped: readonly boolean[];
  readonly size: Dim;
}

const lifted = new WeakMap<OpDef, OpDef<LiftedAttrs>>();

/** A composite for many examples, as an op whose gradient is the composite's own rule, applied to every example. @internal */
export function liftedOp(op: OpDef): OpDef<LiftedAttrs> {
  let known = lifted.get(op);
  if (!known) lifted.set(op, (known = lift(op)));
  return known;
}

function lift(op: OpDef): OpDef<LiftedAttrs> {
  const withFlags = (inputs: readonly Tensor[], { mapped }: LiftedAttrs): readonly Mapped[] =>
    inputs.map((x, i) => ({ x, mapped: mapped[i]! }));
  return {
    name: `vmap_${op.name}`,
    infer: (inputs, { attrs, mapped, size }) => {
      const one = inputs.map(({ shape, dtype }, i): Spec => ({ shape: mapped[i] ? shape.slice(1) : shape, dtype }));
      return op.infer(one, attrs).map(({ shape, dtype }) => ({ shape: [size, ...shape], dtype }));
    },
    decompose: (inputs, given) =>
      batchDecomposition(op, given.attrs, withFlags(inputs, given), given.size).map((v) => materialize(v, given.size)),
    vjp: op.vjp && ((context) => liftedVjp(op, context)),
  };
}

function liftedVjp(
  op: OpDef,
  { inputs, outputs, attrs: given, grads, needs }: VjpContext<LiftedAttrs>,
): (Tensor | null)[] {
  const { attrs, mapped, size } = given;
  const cotangents = grads.filter((g): g is Tensor => g !== null);
  const operands: readonly Mapped[] = [
    ...inputs.map((x, i) => ({ x, mapped: mapped[i]! })),
    ...outputs.map(rows),
    ...cotangents.map(rows),
  ];
  let flows: readonly (Tensor | null)[] = [];
  const { results } = mapFlat(
    (...xs) => {
      const rest = xs.slice(inputs.length + outputs.length);
      flows = op.vjp!({
        inputs: xs.slice(0, inputs.length),
        outputs: xs.slice(inputs.length, inputs.length + outputs.length),
        attrs,
        grads: grads.map((g) => (g ? rest.shift()! : null)),
        needs,
      });
      return flows;
    },
    operands,
    size,
    () => flows.filter((g): g is Tensor => g !== null),
  );
  const found = results.map((v) => materialize(v, size));
  // A value that all examples share has the sum of their cotangents.
  return flows.map((flow, i) => {
    if (!flow) return null;
    const g = found.shift()!;
    return mapped[i] ? g : sum(g, 0);
  });
}
