import { BaseCropping, type CroppingConfig } from "./base-cropping.ts";

/**
 * Cuts off the borders of sequences.
 *
 * @throws {ArgumentError} on a cropping that is none.
 * @throws {ShapeError} when nothing is left.
 */
export class Cropping1D extends BaseCropping {
  static override readonly className: string = "Cropping1D";
  static override readonly module: string = "keras.layers";

  constructor(config: CroppingConfig = {}) {
    super(1, config, { cropping: 1 });
  }
}
