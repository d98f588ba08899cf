import { BaseZeroPadding, type ZeroPaddingConfig } from "./base-zero-padding.ts";

/** Adds zeros around volumes. @throws {ArgumentError} on a padding that is none. */
export class ZeroPadding3D extends BaseZeroPadding {
  static override readonly className: string = "ZeroPadding3D";
  static override readonly module: string = "keras.layers";

  constructor(config: ZeroPaddingConfig = {}) {
    super(3, config);
  }
}
