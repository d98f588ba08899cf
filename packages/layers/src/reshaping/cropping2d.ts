import { BaseCropping, type CroppingConfig } from "./base-cropping.ts";

/**
 * Cuts off the borders of images.
 *
 * @throws {ArgumentError} on a cropping that is none.
 * @throws {ShapeError} when nothing is left.
 */
export class Cropping2D extends BaseCropping {
  static override readonly className: string = "Cropping2D";
  static override readonly module: string = "keras.layers";

  constructor(config: CroppingConfig = {}) {
    super(2, config, { cropping: 0, dataFormat: null });
  }
}
