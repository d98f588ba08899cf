import {
  ArgumentError,
  cast,
  expandDims,
  initScope,
  ShapeError,
  toTensor,
  Variable,
  zerosLike,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import * as tree from "@keras/ops/tree";
import { required, type Defaults, type LayerArguments, type LayerConfig, type Resolved } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import {
  cellDefaults,
  GatedCell,
  isCell,
  unitDefaults,
  type OwnDefaults,
  type RecurrentCell,
  type States,
} from "./cell.ts";
import { runRecurrence, type LoopResult, type Step } from "./loop.ts";
import { initialStateOf, outputSizeOf, StackedRNNCells } from "./stacked-cells.ts";

/** Options of every recurrent layer. */
export interface RecurrentConfig extends LayerConfig {
  /** Give the outputs of all steps. Default false: that of the last. */
  readonly returnSequences?: boolean | undefined;
  /** Give the states after the last step as well: `[output, ...states]`. Default false. */
  readonly returnState?: boolean | undefined;
  /** Walk from the last step to the first. Default false. */
  readonly goBackwards?: boolean | undefined;
  /** Begin each batch with the states that the one before left. Default false. */
  readonly stateful?: boolean | undefined;
  /** A chain of steps in place of a loop. Default false. */
  readonly unroll?: boolean | undefined;
  /** Outputs of masked steps are 0, not the last output. Default false. */
  readonly zeroOutputForMask?: boolean | undefined;
}

/** Options of {@link RNN}. */
export interface RNNConfig extends RecurrentConfig {
  /** A cell, or several on top of each other. */
  readonly cell: RecurrentCell | readonly RecurrentCell[];
}

/** Options of a recurrent layer's call. */
export interface RNNCallOptions extends CallOptions {
  /** States before the first step. Default: the cell's, mostly zeros. */
  readonly initialState?: Tensor | States | undefined;
}

/** Defaults that all recurrent layers begin with, in the order of Keras's configs. */
export const RECURRENT_DEFAULTS: Defaults = {
  returnSequences: false,
  returnState: false,
  goBackwards: false,
  stateful: false,
  unroll: false,
  zeroOutputForMask: false,
};

/** States that are kept between batches; no weights, so no container that is walked. */
class KeptStates {
  readonly variables: readonly Variable[];
  constructor(variables: readonly Variable[]) {
    this.variables = variables;
  }
}

/** What `call` of a recurrent layer gives: its output, followed by states where these are asked for. */
export type RNNOutput = Tensor | readonly Tensor[];

const isGated = (cell: RecurrentCell): cell is RecurrentCell & GatedCell => cell instanceof GatedCell;

/** Base of the recurrent layers: steps a cell along the sequence. */
export abstract class BaseRNN<C extends RecurrentConfig, R extends RNNOutput = RNNOutput> extends Layer<C> {
  static override readonly callArguments: readonly string[] = ["sequences", "initialState"];
  readonly cell: RecurrentCell;
  kept: KeptStates | null = null;

  constructor(config: C, defaults: Defaults, makeCell: (config: C) => RecurrentCell) {
    // The cell is made first, as in Keras: it draws its seeds in that order.
    const cell = makeCell(config);
    super(...([config, defaults] as unknown as LayerArguments<C>));
    this.cell = cell;
    this.supportsMasking = true;
  }

  get options(): Resolved<RecurrentConfig> {
    return this.config as unknown as Resolved<RecurrentConfig>;
  }

  /** The states kept between batches; null unless it is stateful and built. */
  get states(): readonly Variable[] | null {
    return this.kept?.variables ?? null;
  }

  override build(sequencesShape: LayerShape): void {
    this.cell.ensureBuilt([[sequencesShape[0] ?? null, ...sequencesShape.slice(2)]]);
    if (!this.options.stateful) return;
    const [batch] = sequencesShape;
    if (typeof batch !== "number")
      throw new ShapeError(
        "a stateful layer needs a fixed batch size: pass Input({ batchShape }) or Input({ shape, batchSize })",
        { layer: this.path },
      );
    const initial = tree.flatten<Tensor>(initialStateOf(this.cell, batch) as never);
    this.kept = new KeptStates(
      initial.map((x) => new Variable(x, { trainable: false, dtype: this.variableDtype, name: "rnn_state" })),
    );
  }

  /** Sets the states kept between batches back to zeros. */
  resetState(): void {
    initScope(() => this.kept?.variables.forEach((v) => v.assign(zerosLike(v.value))));
  }
  resetStates(): void {
    this.resetState();
  }

  override call(sequences: Tensor, options: RNNCallOptions = {}): R {
    const { stateful, returnSequences, returnState, unroll } = this.options;
    if (unroll && typeof sequences.shape[1] !== "number")
      throw new ShapeError("a layer that is unrolled needs a fixed number of steps", { layer: this.path });
    const initial = this.firstStates(sequences, options.initialState);
    const { last, all, states } = this.run(sequences, initial, options);
    const flat = tree.flatten<Tensor>(states as never);
    if (stateful) this.kept!.variables.forEach((v, i) => v.assign(flat[i]!));
    const output = cast(returnSequences ? all! : last, this.computeDtype);
    if (!returnState) return output as R;
    const given = tree.mapStructure(
      (s: Tensor) => cast(s, this.computeDtype),
      states as never,
    ) as unknown as readonly Tensor[];
    return [output, ...given] as unknown as R;
  }

  firstStates(sequences: Tensor, given: RNNCallOptions["initialState"]): States {
    const batch = sequences.shape[0]!;
    const own = (): States => initialStateOf(this.cell, batch);
    const kept = this.kept?.variables ?? null;
    if (kept && typeof batch === "number" && batch !== kept[0]!.shape[0]) {
      throw new ShapeError(
        `the layer is stateful with a batch size of ${kept[0]!.shape[0]}, but a batch of ${batch} was given`,
        { layer: this.path },
      );
    }
    const states =
      given !== undefined
        ? Array.isArray(given)
          ? given
          : [given]
        : kept
          ? (tree.packSequenceAs(
              own(),
              kept.map((v) => v.value),
            ) as unknown as States)
          : own();
    return tree.mapStructure(
      (x: TensorLike) => toTensor(x, this.cell.computeDtype),
      states as never,
    ) as unknown as States;
  }

  run(sequences: Tensor, initial: States, { mask, training }: RNNCallOptions): LoopResult {
    const { goBackwards, unroll, zeroOutputForMask, returnSequences } = this.options;
    const flat = (mask ? tree.flatten<Tensor | null>(mask as never)[0] : null) ?? null;
    const masks = flat && cast(flat, "bool");
    const gated = isGated(this.cell) && this.cell.computeDtype === this.computeDtype ? this.cell : null;
    const { xs, step, release } = gated
      ? this.projected(gated, sequences, training === true)
      : this.stepwise(sequences, training);
    try {
      return runRecurrence(step, xs, initial, {
        mask: masks,
        goBackwards,
        unroll,
        zeroOutputForMask,
        allOutputs: returnSequences,
        outputIsState: gated !== null,
      });
    } finally {
      release();
    }
  }

  /** What depends on the inputs alone is computed for all steps at once. */
  projected(cell: GatedCell, sequences: Tensor, training: boolean): { xs: Tensor; step: Step; release: () => void } {
    const masks = training ? cell.drawMasks(sequences.shape[0]!, sequences.shape.at(-1)!, sequences.dtype) : null;
    const xs = cell.project(sequences, masks?.input?.map((m) => expandDims(m, 1)) ?? null);
    return {
      xs,
      step: (x, states) => cell.advance(x, states as readonly Tensor[], masks?.recurrent ?? null),
      release: () => {},
    };
  }

  /** Any cell, called step by step. Dropout masks are drawn once for the sequence. */
  stepwise(sequences: Tensor, training: boolean | null | undefined): { xs: Tensor; step: Step; release: () => void } {
    const cells = this.cell instanceof StackedRNNCells ? this.cell.cells : [this.cell];
    const held: GatedCell[] = [];
    let size = sequences.shape.at(-1)!;
    for (const cell of training ? cells : []) {
      if (isGated(cell)) {
        cell.masks = cell.drawMasks(sequences.shape[0]!, size, sequences.dtype);
        held.push(cell);
      }
      size = outputSizeOf(cell);
    }
    const step: Step = (x, states) => {
      const [y, next] = this.cell.applyAny(x, states, { training }) as readonly [Tensor, Tensor | States];
      return [y, Array.isArray(next) ? (next as States) : [next as Tensor]];
    };
    return { xs: sequences, step, release: () => held.forEach((cell) => (cell.masks = null)) };
  }

  override computeMask(_inputs: unknown, mask: unknown): unknown {
    const given = mask === null ? null : (tree.flatten<unknown>(mask as never)[0] ?? null);
    const output = this.options.returnSequences ? given : null;
    return this.options.returnState ? [output, ...tree.flatten(this.cell.stateSize as never).map(() => null)] : output;
  }
}

/**
 * Steps a cell along a sequence: `[batch, steps, features]` → `[batch, outputSize]`, or with `returnSequences`
 * `[batch, steps, outputSize]`; with `returnState`, `[output, ...states]`.
 *
 * @throws {ArgumentError} when `cell` is no cell.
 * @throws {ShapeError} when a stateful layer's batch size is unknown, or changes.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const rnn = new layers.RNN({ cell: new layers.LSTMCell({ units: 4 }), returnSequences: true });
 * console.log(ops.shape(rnn.apply(ops.ones([2, 5, 3])) as ops.Tensor)); // [2, 5, 4]
 * ```
 */
export class RNN extends BaseRNN<RNNConfig> {
  static override readonly className: string = "RNN";
  static override readonly module: string = "keras.layers";

  constructor(config: RNNConfig) {
    super(config, { ...RECURRENT_DEFAULTS, cell: required }, ({ cell }) => {
      const made = Array.isArray(cell)
        ? new StackedRNNCells({ cells: cell as readonly RecurrentCell[] })
        : (cell as RecurrentCell);
      if (!isCell(made))
        throw new ArgumentError("`cell` is a layer with a `stateSize`, such as LSTMCell, or a list of them");
      return made;
    });
  }
}

/** Base of the recurrent layers that make their cell themselves. */
export abstract class UnitRNN<C extends RecurrentConfig> extends BaseRNN<C> {
  constructor(config: C, own: OwnDefaults, name: string, makeCell: (config: never) => RecurrentCell) {
    super(config, { ...RECURRENT_DEFAULTS, ...unitDefaults(own), useCudnn: "auto" }, (c) =>
      makeCell(cellConfig(c, cellDefaults(own), name) as never),
    );
    this.inputSpec = new InputSpec({ ndim: 3 });
  }

  /** The options of the cell in its own, resolved form. */
  override getConfig(): Record<string, unknown> {
    const config = super.getConfig();
    delete config["useCudnn"];
    const cell = this.cell.getConfig();
    for (const key of Object.keys(config)) {
      if (key in cell && !["name", "trainable", "dtype", "seed"].includes(key)) config[key] = cell[key];
    }
    return config;
  }
}

/** The options of a layer that its cell takes as well. */
function cellConfig<C extends LayerConfig>(config: C, keys: Defaults, name: string): Record<string, unknown> {
  const own = Object.fromEntries(Object.entries(config).filter(([key]) => key in keys));
  return { ...own, dtype: config.dtype, trainable: config.trainable, name };
}
