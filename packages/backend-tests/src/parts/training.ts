import { expect } from "vitest";
import { distance } from "../numbers.ts";
import type { Suite } from "../suite.ts";
import { batchOf, freshModel, MODELS } from "./models.ts";

/** What Python Keras on JAX gave for the same models: see data/make_training.py. */
export interface RecordedTraining {
  readonly keras: string;
  readonly models: Readonly<
    Record<string, { readonly losses: number[]; readonly accuracies: number[]; readonly norms: number[] }>
  >;
}

/** Euclidean length. */
const norm = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values));

/** Four models learn as in Python Keras: the same weights at first, the same losses, the same weights at last. */
export function trainingTests(suite: Suite, recorded: RecordedTraining): void {
  for (const [name, { losses, accuracies, norms }] of Object.entries(recorded.models))
    suite.test(
      `${name}: losses and weights of Python Keras ${recorded.keras}`,
      async () => {
        const { lossTolerance } = suite.settings;
        const model = freshModel(MODELS[name]!);
        const seen: { loss: number; accuracy: number }[] = [];
        for (let step = 0; step < losses.length; step++) {
          const { x, y } = batchOf(MODELS[name]!, step);
          const logs = await model.trainOnBatch(x, y);
          seen.push({ loss: logs.loss, accuracy: logs["accuracy"]! });
        }
        const [loss, accuracy] = [seen.map((s) => s.loss), seen.map((s) => s.accuracy)];
        expect(distance(loss, losses), `losses ${loss.join(", ")}`).toBeLessThan(lossTolerance);
        expect(distance(accuracy, accuracies), `accuracies ${accuracy.join(", ")}`).toBeLessThan(1e-5);
        const weights = await Promise.all(model.weights.map((w) => w.value.data("float32")));
        expect(distance(weights.map(norm), norms)).toBeLessThan(10 * lossTolerance);
      },
      120_000,
    );
}
