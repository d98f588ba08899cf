import {
  any,
  expandDims,
  flip,
  reshape,
  scan,
  stack,
  swapaxes,
  unstack,
  where,
  zerosLike,
  type Tensor,
} from "@keras/ops";
import * as tree from "@keras/ops/tree";
import type { States } from "./cell.ts";

/** One step of a recurrence. */
export type Step = (inputs: Tensor, states: States) => readonly [output: Tensor, states: States];

/** How a recurrence is run over a sequence. */
export interface LoopOptions {
  /** `[batch, steps]` bool: at steps that do not count, states and output stay as they were. */
  readonly mask: Tensor | null;
  /** From the last step to the first. */
  readonly goBackwards: boolean;
  /** As a chain of steps in place of a loop: larger, faster for short sequences. */
  readonly unroll: boolean;
  /** Outputs of steps that do not count are 0, not the last output. */
  readonly zeroOutputForMask: boolean;
  /** Whether the outputs of all steps are wanted. */
  readonly allOutputs: boolean;
  /** Whether a step's output is its first state. */
  readonly outputIsState: boolean;
}

/** What a recurrence gives. */
export interface LoopResult {
  readonly last: Tensor;
  /** `[batch, steps, ...]` in the order of the steps taken; null where they were not asked for. */
  readonly all: Tensor | null;
  readonly states: States;
}

/** Runs `step` along axis 1 of `sequences`. */
export function runRecurrence(step: Step, sequences: Tensor, initial: States, options: LoopOptions): LoopResult {
  const xs = swapaxes(sequences, 0, 1);
  const mask = options.mask && stepMask(options.mask);
  return (options.unroll ? runUnrolled : runScan)(step, xs, mask, initial, options);
}

/** `[batch, steps, ...]` → `[steps, batch, 1]`: whether a step counts. */
function stepMask(mask: Tensor): Tensor {
  const perStep = mask.ndim === 2 ? mask : any(reshape(mask, [mask.shape[0]!, mask.shape[1]!, -1]), { axis: -1 });
  return expandDims(swapaxes(perStep, 0, 1), -1);
}

/** A mask `[batch, 1]` with as many axes as a value. */
const spread = (mask: Tensor, like: Tensor): Tensor =>
  reshape(mask, [mask.shape[0]!, ...new Array<number>(like.ndim - 1).fill(1)]);

/** The state that stands for the previous output. */
function previousOutput(states: States): Tensor {
  const first = states[0]!;
  return Array.isArray(first) ? (states.at(-1) as readonly Tensor[])[0]! : (first as Tensor);
}

const keep = (mask: Tensor, next: States, before: States): States =>
  tree.mapStructure(
    (a: Tensor, b: Tensor) => where(spread(mask, a), a, b),
    next as never,
    before as never,
  ) as unknown as States;

function runScan(step: Step, xs: Tensor, mask: Tensor | null, initial: States, options: LoopOptions): LoopResult {
  const stackOutputs = options.allOutputs || !options.outputIsState || (mask !== null && options.zeroOutputForMask);
  const body = (states: States, x: Tensor | readonly Tensor[]): readonly [States, Tensor | null] => {
    const [inputs, counts] = mask ? (x as readonly Tensor[]) : [x as Tensor];
    const [y, next] = step(inputs!, states);
    if (!counts) return [next, stackOutputs ? y : null];
    const other = options.zeroOutputForMask ? zerosLike(y) : previousOutput(states);
    return [keep(counts, next, states), stackOutputs ? where(spread(counts, y), y, other) : null];
  };
  const [states, ys] = scan(body as never, initial as never, (mask ? [xs, mask] : xs) as never, {
    reverse: options.goBackwards,
  }) as unknown as [States, Tensor | null];
  if (!ys) return { last: states[0] as Tensor, all: null, states };
  // Stacked by the place in the sequence: the last step taken is at its other end when walking backwards.
  const last = ys.getItem(options.goBackwards ? 0 : -1);
  if (!options.allOutputs) return { last, all: null, states };
  return { last, all: swapaxes(options.goBackwards ? flip(ys, { axis: 0 }) : ys, 0, 1), states };
}

function runUnrolled(step: Step, xs: Tensor, mask: Tensor | null, initial: States, options: LoopOptions): LoopResult {
  const inOrder = (x: Tensor): Tensor[] => (options.goBackwards ? unstack(x).toReversed() : [...unstack(x)]);
  const counts = mask && inOrder(mask);
  let states = initial;
  const outputs: Tensor[] = [];
  inOrder(xs).forEach((x, i) => {
    const [y, next] = step(x, states);
    if (!counts) {
      outputs.push(y);
      states = next;
      return;
    }
    const other = options.zeroOutputForMask ? zerosLike(y) : (outputs.at(-1) ?? zerosLike(y));
    outputs.push(where(spread(counts[i]!, y), y, other));
    states = keep(counts[i]!, next, states);
  });
  return { last: outputs.at(-1)!, all: options.allOutputs ? stack(outputs, { axis: 1 }) : null, states };
}
