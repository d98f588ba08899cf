import type { Handler } from "../handler.ts";
import { constraints, initializers, regularizers, schedules } from "./callables.ts";
import { dtypePromotion } from "./dtype-promotion.ts";
import { functions } from "./functions.ts";
import { grads } from "./grads.ts";
import { layerCalls } from "./layer-calls.ts";
import { layers } from "./layers.ts";
import { losses } from "./losses.ts";
import { metrics } from "./metrics.ts";
import { optimizers } from "./optimizers.ts";

const HANDLERS: Readonly<Record<string, Handler>> = {
  activations: functions,
  constraints,
  dtype_promotion: dtypePromotion,
  "dtypes/ops": functions,
  grads,
  initializers,
  initializers_seeded: initializers,
  layer_calls: layerCalls,
  layers,
  losses: functions,
  losses_cls: losses,
  metrics,
  ops: functions,
  optimizers,
  random: functions,
  random_values: functions,
  regularizers,
  schedules,
  "symbolic/activations": functions,
  "symbolic/layers": layerCalls,
  "symbolic/ops": functions,
  utils: functions,
};

/** How the cases of a category are replayed; null for a category this harness does not know. */
export function handlerFor(category: string): Handler | null {
  return HANDLERS[category] ?? null;
}
