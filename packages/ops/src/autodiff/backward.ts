import { GradientError } from "../errors.ts";
import { isDifferentiable } from "../dtype.ts";
import { add } from "../numpy/add.ts";
import { freeing } from "../execution/temporaries.ts";
import { formatShape, sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { runtime, scoped } from "../runtime.ts";
import { Tape, type TapeEntry } from "./tape.ts";

/**
 * Runs a tape backwards: cotangents of `outputs` in, cotangents of `sources` out (null where nothing flows). The rules are ops
 * themselves, so tapes further out see them and gradients nest.
 */
export function backward(
  tape: Tape,
  outputs: readonly Tensor[],
  cotangents: readonly (Tensor | null)[],
  sources: readonly Tensor[],
): (Tensor | null)[] {
  return scoped({ tapes: runtime().tapes.filter((t) => t !== tape), autocast: null }, () => {
    const grads = new Map<Tensor, Tensor>();
    const accumulate = (x: Tensor, g: Tensor): void => {
      const old = grads.get(x);
      grads.set(x, old ? add(old, g) : g);
    };
    outputs.forEach((y, i) => {
      const g = cotangents[i];
      if (g) accumulate(y, g);
    });
    const useful = contributing(tape, sources);
    const needed = new Set(sources);
    for (let i = tape.entries.length - 1; i >= 0; i--) {
      const entry = tape.entries[i]!;
      if (!useful.has(entry)) continue;
      const given = entry.outputs.map((y) => grads.get(y) ?? null);
      if (given.every((g) => g === null)) continue;
      for (const y of entry.outputs) if (!needed.has(y)) grads.delete(y);
      const flows = runRule(tape, entry, given);
      const last = new Map<Tensor, Tensor>();
      entry.inputs.forEach((x, k) => {
        const g = flows[k];
        if (g && tape.watches(x)) {
          checkCotangent(entry, x, g, k);
          const earlier = last.get(x);
          last.set(x, earlier ? add(earlier, g) : g);
        }
      });
      for (const [x, g] of last) accumulate(x, g);
    }
    return sources.map((s) => grads.get(s) ?? null);
  });
}

/** The entries on a path from a source: all others need no gradient. */
function contributing(tape: Tape, sources: readonly Tensor[]): Set<TapeEntry> {
  const reached = new Set<Tensor>(sources);
  const useful = new Set<TapeEntry>();
  for (const entry of tape.entries) {
    if (!entry.inputs.some((x) => reached.has(x))) continue;
    useful.add(entry);
    for (const y of entry.outputs) reached.add(y);
  }
  return useful;
}

function runRule(
  tape: Tape,
  { op, attrs, inputs, outputs }: TapeEntry,
  grads: readonly (Tensor | null)[],
): readonly (Tensor | null)[] {
  const needs = (i: number): boolean => tape.watches(inputs[i]!) && isDifferentiable(inputs[i]!.dtype);
  let flows: readonly (Tensor | null)[] = [];
  freeing(() => {
    flows = op.vjp ? op.vjp({ inputs, outputs, attrs, grads, needs }) : derived();
    return flows.filter((g): g is Tensor => g !== null);
  });
  return flows;

  /** The gradient of a composite without a rule: that of its decomposition, traced again. */
  function derived(): readonly (Tensor | null)[] {
    if (!op.decompose) throw new GradientError("this op has no gradient rule", { op: op.name });
    const inner = new Tape();
    const distinct = [...new Set(inputs)];
    for (const x of distinct) if (isDifferentiable(x.dtype)) inner.watch(x);
    const parts = scoped({ tapes: [...runtime().tapes, inner] }, () => op.decompose!(inputs, attrs));
    const found = backward(inner, parts, grads, distinct);
    // An operand that occurs twice gets its whole cotangent once.
    return inputs.map((x, i) => (inputs.indexOf(x) === i ? found[distinct.indexOf(x)]! : null));
  }
}

function checkCotangent({ op }: TapeEntry, x: Tensor, g: Tensor, index: number): void {
  if (sameShape(x.shape, g.shape) && x.dtype === g.dtype) return;
  throw new GradientError(
    `the gradient rule gave ${g.dtype}${formatShape(g.shape)} for operand ${index} of ${x.dtype}${formatShape(x.shape)}`,
    { op: op.name },
  );
}
