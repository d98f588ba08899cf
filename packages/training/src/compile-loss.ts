import { add, ArgumentError, isTensor, multiply, tree, type Tensor } from "@keras/ops";
import { get as getLoss, LossFunctionWrapper, type Loss, type LossOption } from "@keras/losses";
import { Mean } from "@keras/metrics";

/** Losses in the structure of the outputs: one for all, one per output by position or name; null: none. */
export type LossTree = LossOption | null | readonly LossTree[] | { readonly [output: string]: LossTree };

/** Weights of the losses, in the same structure. */
export type LossWeights = number | readonly number[] | { readonly [output: string]: number } | null;

interface Part {
  readonly path: string;
  readonly loss: Loss;
  readonly weight: number;
  readonly pick: (x: unknown) => unknown;
}

const at =
  (key: string | number) =>
  (x: unknown): unknown =>
    (x as Record<string | number, unknown> | null | undefined)?.[key];

/** The losses that a model was compiled with, as one function of targets and outputs. */
export class CompileLoss {
  readonly option: LossTree;
  readonly weights: LossWeights;
  readonly outputNames: readonly string[];
  parts: readonly Part[] | null = null;
  /** Mean of each output's loss, where there are several. */
  readonly trackers: Map<string, Mean> = new Map();

  constructor(option: LossTree, weights: LossWeights, outputNames: readonly string[]) {
    this.option = option;
    this.weights = weights;
    this.outputNames = outputNames;
    // A wrong name is told where it was written, and not when training begins.
    for (const leaf of tree.flatten<unknown>(option as never)) if (typeof leaf === "string") asLoss(leaf as LossOption);
  }

  /** Fits losses to outputs. @throws {ArgumentError} when their structures differ. */
  build(yPred: unknown): readonly Part[] {
    if (this.parts) return this.parts;
    const parts: Part[] = [];
    if (isTensor(yPred)) {
      const only = single(this.option);
      if (only !== null)
        parts.push({
          path: this.outputNames[0] ?? "output",
          loss: asLoss(only as LossOption),
          weight: weightOf(this.weights, 0, this.outputNames[0] ?? ""),
          pick: unwrap,
        });
    } else {
      const names = Array.isArray(yPred) ? yPred.map((_, i) => i) : Object.keys(yPred as object);
      checkKeys(this.option, names, this.outputNames);
      names.forEach((key, i) => {
        const name = typeof key === "string" ? key : (this.outputNames[key] ?? `output_${key}`);
        const option = isLeafOption(this.option)
          ? this.option
          : ((this.option as Record<string, LossTree>)[key] ?? (this.option as Record<string, LossTree>)[name] ?? null);
        if (option === null) return;
        parts.push({
          path: name,
          loss: asLoss(option as LossOption),
          weight: weightOf(this.weights, i, name),
          pick: (x) => at(key)(x) ?? at(name)(x),
        });
      });
    }
    if (parts.length > 1) for (const { path } of parts) this.trackers.set(path, new Mean({ name: `${path}_loss` }));
    this.parts = parts;
    return parts;
  }

  /** Sum of the weighted losses; null when there is none. */
  call(y: unknown, yPred: unknown, sampleWeight: unknown): Tensor | null {
    const parts = this.build(yPred);
    let total: Tensor | null = null;
    for (const { path, loss, weight, pick } of parts) {
      const target = pick(y);
      if (target === null || target === undefined)
        throw new ArgumentError(`there is no target for the output '${path}'`);
      const weights =
        isTensor(sampleWeight) || sampleWeight === null || sampleWeight === undefined
          ? sampleWeight
          : pick(sampleWeight);
      const prediction = isTensor(yPred) ? yPred : pick(yPred);
      const value = loss.apply(
        target as Tensor,
        prediction as Tensor,
        weights === null || weights === undefined ? {} : { sampleWeight: weights as Tensor },
      );
      this.trackers.get(path)?.updateState(value, { sampleWeight: (prediction as Tensor).shape[0] ?? 1 });
      const scaled = weight === 1 ? value : multiply(value, weight);
      total = total === null ? scaled : add(total, scaled);
    }
    return total;
  }
}

/** A loss of whatever form; a plain function is weighted and reduced as others are. */
function asLoss(option: LossOption): Loss {
  const loss = getLoss(option);
  return typeof loss === "function" ? new LossFunctionWrapper({ fn: loss }) : loss;
}

const isLeafOption = (x: LossTree): boolean =>
  x === null ||
  typeof x === "string" ||
  typeof x === "function" ||
  (typeof x === "object" && (x as { kind?: unknown }).kind === "loss");

/** One loss for one output, also in an array of one or a dictionary of one. */
function single(option: LossTree): LossTree {
  if (isLeafOption(option)) return option;
  const options = tree.flatten<LossTree>(option as never);
  if (options.length !== 1)
    throw new ArgumentError(`the model has one output, but ${options.length} losses were given`);
  return options[0]!;
}

function unwrap(x: unknown): unknown {
  if (isTensor(x) || x === null || x === undefined) return x;
  const values = tree.flatten<unknown>(x as never);
  return values.length === 1 ? values[0] : x;
}

function weightOf(weights: LossWeights, index: number, name: string): number {
  if (weights === null) return 1;
  if (typeof weights === "number") return weights;
  const found = Array.isArray(weights) ? weights[index] : (weights as Record<string, number>)[name];
  return found ?? 1;
}

function checkKeys(option: LossTree, keys: readonly (string | number)[], names: readonly string[]): void {
  if (isLeafOption(option)) return;
  if (Array.isArray(option)) {
    if (option.length !== keys.length)
      throw new ArgumentError(`the model has ${keys.length} outputs, but ${option.length} losses were given`);
    return;
  }
  const known = new Set([...keys.map(String), ...names]);
  const unknown = Object.keys(option as object).find((k) => !known.has(k));
  if (unknown !== undefined)
    throw new ArgumentError(
      `there is no output '${unknown}': the outputs are ${[...known].map((k) => `'${k}'`).join(", ")}`,
    );
}
