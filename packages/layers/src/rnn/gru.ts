import { GRU_OPTIONS, GRUCell, type GRUCellConfig } from "./gru-cell.ts";
import { UnitRNN, type RecurrentConfig } from "./rnn.ts";

/** Options of {@link GRU}. */
export interface GRUConfig extends GRUCellConfig, RecurrentConfig {
  /** Accepted for Keras's sake: which kernels run is up to the backend. */
  readonly useCudnn?: "auto" | boolean | undefined;
}

/**
 * A gated recurrent unit: `[batch, steps, features]` → `[batch, units]`, or `[batch, steps, units]` with `returnSequences`; with
 * `returnState`, `[output, h]`. Cho et al. 2014.
 *
 * @throws {ArgumentError} when `units` is not a positive integer.
 * @throws {ShapeError} when the input has not three axes, or a stateful layer's batch size is unknown.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.GRU({ units: 4, returnSequences: true });
 * console.log((layer.apply(ops.ones([2, 5, 3])) as ops.Tensor).shape); // [2, 5, 4]
 * ```
 */
export class GRU extends UnitRNN<GRUConfig> {
  static override readonly className: string = "GRU";
  static override readonly module: string = "keras.layers";

  constructor(config: GRUConfig) {
    super(config, GRU_OPTIONS, "gru_cell", (c: GRUCellConfig) => new GRUCell(c));
  }
}
