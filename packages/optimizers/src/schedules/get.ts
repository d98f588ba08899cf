import { deserializeKerasObject, serializeKerasObject, type DeserializeOptions } from "@keras/ops";
import { CosineDecayRestarts } from "./cosine-decay-restarts.ts";
import { CosineDecay } from "./cosine-decay.ts";
import { ExponentialDecay } from "./exponential-decay.ts";
import { InverseTimeDecay } from "./inverse-time-decay.ts";
import { PiecewiseConstantDecay } from "./piecewise-constant-decay.ts";
import { PolynomialDecay } from "./polynomial-decay.ts";
import type { LearningRateSchedule } from "./schedule.ts";

/** @internal */
export const SCHEDULES: Readonly<Record<string, object>> = {
  CosineDecay,
  CosineDecayRestarts,
  ExponentialDecay,
  InverseTimeDecay,
  PiecewiseConstantDecay,
  PolynomialDecay,
};

/**
 * A schedule from its serialized form.
 *
 * @param options - `objects`: where classes of your own are looked up.
 * @throws {NotFoundError} when the class is not known.
 * @example
 * ```ts
 * import { optimizers } from "keras";
 * const { deserialize, serialize, CosineDecay } = optimizers.schedules;
 * const again = deserialize(serialize(new CosineDecay({ initialLearningRate: 1, decaySteps: 9 })));
 * console.log(again.getConfig().decaySteps); // 9
 * ```
 */
export function deserialize(config: unknown, options: DeserializeOptions = {}): LearningRateSchedule {
  return deserializeKerasObject(config, {
    ...options,
    objects: [...(options.objects ?? []), SCHEDULES],
  }) as LearningRateSchedule;
}

/** A schedule as it stands in files. */
export function serialize(schedule: LearningRateSchedule): unknown {
  return serializeKerasObject(schedule);
}
