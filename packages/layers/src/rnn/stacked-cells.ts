import { ArgumentError, zeros, type Dim, type Tensor } from "@keras/ops";
import { required, type LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { isCell, type RecurrentCell, type States, type StateSize } from "./cell.ts";

/** Options of {@link StackedRNNCells}. */
export interface StackedRNNCellsConfig extends LayerConfig {
  /** The cells, lowest first. */
  readonly cells: readonly RecurrentCell[];
}

/** Size of what a cell gives. */
export function outputSizeOf(cell: RecurrentCell): number {
  if (cell.outputSize !== undefined) return cell.outputSize;
  const { stateSize } = cell;
  return typeof stateSize === "number" ? stateSize : (stateSize[0] as number);
}

/** The states of a cell before the first step. */
export function initialStateOf(cell: RecurrentCell, batchSize: Dim): States {
  const given = cell.getInitialState?.(batchSize);
  if (given !== undefined) return Array.isArray(given) ? (given as States) : [given as Tensor];
  const sizes = typeof cell.stateSize === "number" ? [cell.stateSize] : (cell.stateSize as readonly number[]);
  return sizes.map((size) => zeros([batchSize, size] as readonly number[], { dtype: cell.computeDtype }));
}

/**
 * Cells on top of each other as one cell: each takes what the one below gives.
 *
 * @throws {ArgumentError} when a part is no cell.
 */
export class StackedRNNCells extends Layer<StackedRNNCellsConfig> implements RecurrentCell {
  static override readonly className: string = "StackedRNNCells";
  static override readonly module: string = "keras.layers";
  static override readonly callArguments: readonly string[] = ["inputs", "states"];
  readonly cells: readonly RecurrentCell[];

  constructor(config: StackedRNNCellsConfig) {
    super(config, { cells: required });
    this.cells = [...this.config.cells];
    if (!this.cells.every(isCell))
      throw new ArgumentError("every cell is a layer with a `stateSize`", { layer: this.name });
  }

  get stateSize(): StateSize {
    return this.cells.map((cell) => cell.stateSize as number | readonly number[]);
  }

  get outputSize(): number {
    return outputSizeOf(this.cells.at(-1)!);
  }

  getInitialState(batchSize: Dim): States {
    return this.cells.map((cell) => initialStateOf(cell, batchSize) as readonly Tensor[]);
  }

  override build(inputShape: LayerShape): void {
    let shape = inputShape;
    for (const cell of this.cells) {
      cell.ensureBuilt([shape]);
      shape = [inputShape[0] ?? null, outputSizeOf(cell)];
    }
  }

  override call(inputs: Tensor, states: States, options: CallOptions = {}): readonly [Tensor, States] {
    const next: (Tensor | readonly Tensor[])[] = [];
    let x = inputs;
    this.cells.forEach((cell, i) => {
      const given = states[i]!;
      const [y, after] = cell.applyAny(x, Array.isArray(given) ? given : [given], {
        training: options.training,
      }) as readonly [Tensor, Tensor | readonly Tensor[]];
      next.push(
        Array.isArray(given) || !Array.isArray(after) ? (after as readonly Tensor[]) : (after as readonly Tensor[])[0]!,
      );
      x = y;
    });
    return [x, next];
  }
}
