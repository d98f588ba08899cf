import { BaseCropping, type CroppingConfig } from "./base-cropping.ts";

/**
 * Cuts off the borders of volumes.
 *
 * @throws {ArgumentError} on a cropping that is none.
 * @throws {ShapeError} when nothing is left.
 */
export class Cropping3D extends BaseCropping {
  static override readonly className: string = "Cropping3D";
  static override readonly module: string = "keras.layers";

  constructor(config: CroppingConfig = {}) {
    super(3, config, { cropping: 1, dataFormat: null });
  }
}
