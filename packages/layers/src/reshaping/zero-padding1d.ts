import { BaseZeroPadding, type ZeroPaddingConfig } from "./base-zero-padding.ts";

/** Adds zeros around sequences. @throws {ArgumentError} on a padding that is none. */
export class ZeroPadding1D extends BaseZeroPadding {
  static override readonly className: string = "ZeroPadding1D";
  static override readonly module: string = "keras.layers";

  constructor(config: ZeroPaddingConfig = {}) {
    super(1, config);
  }
}
