import { float, isSerialized } from "@keras/ops";

/** What optimizers and schedules count; all their other numbers are floats. */
const COUNTS: ReadonlySet<string> = new Set([
  "ema_overwrite_frequency", "gradient_accumulation_steps", "decay_steps", "first_decay_steps", "warmup_steps", "boundaries", "initial_scale", "dynamic_growth_steps",
]); // prettier-ignore

/** An optimizer's config with its floats marked as such, also where they are integral: Python Keras refuses `momentum: 0`. */
export function withOptimizerFloats(x: unknown): unknown {
  if (!isSerialized(x) || !x.module?.startsWith("keras.optimizers")) return x;
  const mark = (value: unknown): unknown => {
    if (typeof value === "number") return float(value);
    return Array.isArray(value) ? value.map(mark) : withOptimizerFloats(value);
  };
  const config = Object.fromEntries(
    Object.entries(x.config).map(([key, value]) => [key, COUNTS.has(key) ? value : mark(value)]),
  );
  return { ...x, config };
}
