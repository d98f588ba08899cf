import { ArgumentError } from "../errors.ts";
import { FILL_MODES, type FillMode, type SampleOrder } from "./sample.ts";

/** How transformations find values between pixels. */
export type SampleInterpolation = "nearest" | "bilinear";

/** @throws {ArgumentError} on an unknown name. @internal */
export function sampleOrder(interpolation: SampleInterpolation, op: string): SampleOrder {
  if (interpolation !== "nearest" && interpolation !== "bilinear") {
    throw new ArgumentError(`the interpolation is 'nearest' or 'bilinear', got '${String(interpolation)}'`, { op });
  }
  return interpolation === "nearest" ? 0 : 1;
}

/** @throws {ArgumentError} on an unknown name. @internal */
export function checkFillMode(mode: FillMode, op: string): void {
  if (!FILL_MODES.includes(mode))
    throw new ArgumentError(
      `the fill mode is one of ${FILL_MODES.map((m) => `'${m}'`).join(", ")}; got '${String(mode)}'`,
      { op },
    );
}
