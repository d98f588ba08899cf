import { add } from "../numpy/add.ts";
import type { Dim } from "../dim.ts";
import { gatherTensor } from "../numpy/gather.ts";
import { iotaTensor } from "../numpy/iota.ts";
import { multiply } from "../numpy/multiply.ts";
import type { Tensor } from "../tensor.ts";

/** How a window slides along one axis. */
export interface Slide {
  readonly axis: number;
  /** Number of windows, and of elements in each. */
  readonly count: Dim;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
}

/**
 * Every window along some axes: each such axis becomes two, [windows, elements].
 *
 * @param slides - In ascending order of axes; windows must fit.
 * @internal
 */
export function windowsAlong(x: Tensor, slides: readonly Slide[]): Tensor {
  // From the last axis to the first, so that earlier axes keep their place.
  return slides.toReversed().reduce((y, { axis, count, taps, stride, dilation }) => {
    const shape = [count, taps];
    const at = add(multiply(iotaTensor(shape, 0, "int32"), stride), multiply(iotaTensor(shape, 1, "int32"), dilation));
    return gatherTensor(y, at, axis);
  }, x);
}
