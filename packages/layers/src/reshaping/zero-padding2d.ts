import { BaseZeroPadding, type ZeroPaddingConfig } from "./base-zero-padding.ts";

/** Adds zeros around images. @throws {ArgumentError} on a padding that is none. */
export class ZeroPadding2D extends BaseZeroPadding {
  static override readonly className: string = "ZeroPadding2D";
  static override readonly module: string = "keras.layers";

  constructor(config: ZeroPaddingConfig = {}) {
    super(2, config);
  }
}
