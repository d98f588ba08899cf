import {
  add,
  ArgumentError,
  cast,
  concatenate,
  deserializeKerasObject,
  divide,
  flip,
  multiply,
  serializeKerasObject,
  serializeObject,
  type SerializedObject,
  type Tensor,
  type Variable,
} from "@keras/ops";
import { required, type LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import { isLayer } from "../base/tracking.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { InputSpec } from "../base/input-spec.ts";
import type { RecurrentConfig, RNNOutput } from "./rnn.ts";

/** How the two directions become one output; null: `[forward, backward]`. */
export type BidirectionalMode = "sum" | "mul" | "ave" | "concat" | null;

/** Options of {@link Bidirectional}. */
export interface BidirectionalConfig extends LayerConfig {
  /** A recurrent layer; it is copied for each direction. */
  readonly layer: Layer;
  /** Default `concat`, along the last axis. */
  readonly mergeMode?: BidirectionalMode | undefined;
  /** Default: a copy of `layer` that goes backwards. */
  readonly backwardLayer?: Layer | null | undefined;
}

/** Options of the call. */
export interface BidirectionalCallOptions extends CallOptions {
  /** States before the first step of both directions, forward first. */
  readonly initialState?: readonly Tensor[] | null | undefined;
}

type Recurrent = Layer & {
  readonly options: RecurrentConfig;
  resetState(): void;
  readonly states: readonly Variable[] | null;
};

const isRecurrent = (x: unknown): x is Recurrent =>
  isLayer(x) && ["returnSequences", "goBackwards"].every((key) => key in ((x as Partial<Recurrent>).options ?? {}));

/** A layer of the same config under another name. */
function copyOf(layer: Recurrent, prefix: "forward" | "backward"): Recurrent {
  const serialized = serializeObject(layer) as SerializedObject & { readonly config: Record<string, unknown> };
  const returnsSequences = Boolean(layer.options.returnSequences);
  const config = {
    ...serialized.config,
    name: `${prefix}_${layer.name.replace(new RegExp(`^${prefix}_`, "u"), "")}`,
    go_backwards: prefix === "backward" ? true : serialized.config["go_backwards"],
    // Steps that do not count would else repeat an output of the other end.
    ...("zero_output_for_mask" in serialized.config ? { zero_output_for_mask: returnsSequences } : {}),
  };
  const objects = [...new Set(layer.flattenLayers().map((each) => each.constructor))];
  return deserializeKerasObject({ ...serialized, config }, { objects }) as Recurrent;
}

/**
 * A recurrent layer that walks the sequence in both directions: `[batch, steps, features]` → `[batch, (steps,) 2 · units]`.
 * With `returnState`, `[output, ...forward states, ...backward states]`. Schuster and Paliwal 1997.
 *
 * @throws {ArgumentError} when a layer is not recurrent, or the two do not go together.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.Bidirectional({ layer: new layers.LSTM({ units: 4, returnSequences: true }) });
 * console.log((layer.apply(ops.ones([2, 5, 3])) as ops.Tensor).shape); // [2, 5, 8]
 * ```
 */
export class Bidirectional extends Layer<BidirectionalConfig> {
  static override readonly className: string = "Bidirectional";
  static override readonly module: string = "keras.layers";
  static override readonly callArguments: readonly string[] = ["sequences", "initialState"];
  readonly mergeMode: BidirectionalMode;
  readonly forwardLayer: Recurrent;
  readonly backwardLayer: Recurrent;

  constructor(config: BidirectionalConfig) {
    super(config, { mergeMode: "concat", layer: required, backwardLayer: null });
    const { layer, backwardLayer, mergeMode } = this.config;
    for (const each of backwardLayer === null ? [layer] : [layer, backwardLayer]) {
      if (!isRecurrent(each))
        throw new ArgumentError("a Bidirectional is made of a recurrent layer: { layer: new LSTM({ units: 8 }) }", {
          layer: this.name,
        });
    }
    const modes: readonly unknown[] = ["sum", "mul", "ave", "concat", null];
    if (!modes.includes(mergeMode))
      throw new ArgumentError(`mergeMode must be 'sum', 'mul', 'ave', 'concat' or null, got ${String(mergeMode)}`, {
        layer: this.name,
      });
    this.mergeMode = mergeMode;
    this.forwardLayer = copyOf(layer as Recurrent, "forward");
    this.backwardLayer = backwardLayer === null ? copyOf(layer as Recurrent, "backward") : (backwardLayer as Recurrent);
    this.checkDirections();
    this.supportsMasking = true;
    this.inputSpec = new InputSpec({ minNdim: 3 });
  }

  checkDirections(): void {
    const [forward, backward] = [this.forwardLayer.options, this.backwardLayer.options];
    if (Boolean(forward.goBackwards) === Boolean(backward.goBackwards))
      throw new ArgumentError("one of the two layers must go backwards, and the other not", { layer: this.name });
    for (const key of ["stateful", "returnSequences", "returnState"] as const)
      if (Boolean(forward[key]) !== Boolean(backward[key]))
        throw new ArgumentError(`both directions must have the same ${key}`, { layer: this.name });
  }

  /** The states kept between batches, forward first; null unless both layers are stateful and built. */
  get states(): readonly Variable[] | null {
    const [forward, backward] = [this.forwardLayer.states, this.backwardLayer.states];
    return forward && backward ? [...forward, ...backward] : null;
  }

  /** Sets the states kept between batches back to zeros. */
  resetState(): void {
    this.forwardLayer.resetState();
    this.backwardLayer.resetState();
  }
  resetStates(): void {
    this.resetState();
  }

  override build(sequencesShape: LayerShape): void {
    this.forwardLayer.ensureBuilt([sequencesShape]);
    this.backwardLayer.ensureBuilt([sequencesShape]);
  }

  override call(sequences: Tensor, options: BidirectionalCallOptions = {}): RNNOutput {
    const { initialState, ...rest } = options;
    const half = (initialState?.length ?? 0) / 2;
    const walk = (layer: Recurrent, states: readonly Tensor[] | undefined): readonly Tensor[] => {
      const y = layer.applyAny(sequences, { ...rest, ...(states ? { initialState: states } : {}) });
      return (Array.isArray(y) ? y : [y]) as Tensor[];
    };
    const [forward, ...forwardStates] = walk(this.forwardLayer, initialState?.slice(0, half));
    const [reversed, ...backwardStates] = walk(this.backwardLayer, initialState?.slice(half));
    const { returnSequences, returnState } = this.forwardLayer.options;
    const y = cast(forward!, this.computeDtype);
    const back = cast(reversed!, this.computeDtype);
    const merged = this.merge(y, returnSequences ? flip(back, { axis: 1 }) : back);
    if (!returnState) return merged.length === 1 ? merged[0]! : merged;
    return [...merged, ...forwardStates, ...backwardStates];
  }

  merge(forward: Tensor, backward: Tensor): readonly Tensor[] {
    switch (this.mergeMode) {
      case "concat":
        return [concatenate([forward, backward], { axis: -1 })];
      case "sum":
        return [add(forward, backward)];
      case "ave":
        return [divide(add(forward, backward), 2)];
      case "mul":
        return [multiply(forward, backward)];
      case null:
        return [forward, backward];
    }
  }

  override computeMask(_inputs: unknown, mask: unknown): unknown {
    const given = Array.isArray(mask) ? (mask[0] as unknown) : mask;
    const { returnSequences, returnState } = this.forwardLayer.options;
    const own = returnSequences ? given : null;
    const outputs = this.mergeMode === null ? [own, own] : [own];
    const states = returnState ? this.stateCount() : 0;
    const masks = [...outputs, ...new Array<null>(states).fill(null)];
    return masks.length === 1 ? masks[0] : masks;
  }

  stateCount(): number {
    const count = (layer: Recurrent): number =>
      [(layer as unknown as { cell: { stateSize: unknown } }).cell.stateSize].flat(Infinity).length;
    return count(this.forwardLayer) + count(this.backwardLayer);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      mergeMode: this.mergeMode,
      layer: serializeKerasObject(this.forwardLayer),
      backwardLayer: serializeKerasObject(this.backwardLayer),
    };
  }
}
