import { ArgumentError } from "@keras/ops";
import type { AnyModel, Logs } from "./callback.ts";

/** Whether smaller or larger numbers are better; `auto`: by the metric's name. */
export type MonitorMode = "auto" | "min" | "max";

const LARGER_IS_BETTER = [
  "acc",
  "auc",
  "precision",
  "recall",
  "f1",
  "fbeta",
  "iou",
  "r2",
  "cosine_similarity",
  "true_positives",
  "true_negatives",
];

/** @throws {ArgumentError} on a mode that is none. */
export function checkMode(mode: string): asserts mode is MonitorMode {
  if (!["auto", "min", "max"].includes(mode))
    throw new ArgumentError(`mode must be 'auto', 'min' or 'max', got '${mode}'`);
}

/** The direction in which a metric improves. */
export function direction(monitor: string, mode: MonitorMode, model: AnyModel | null): "min" | "max" {
  if (mode !== "auto") return mode;
  const name = monitor.replace(/^val_/, "");
  if (name === "loss") return "min";
  const metrics =
    (model as unknown as { metrics?: readonly { name: string; direction?: "up" | "down" }[] } | null)?.metrics ?? [];
  const declared = metrics.find((m) => m.name === name)?.direction;
  if (declared) return declared === "up" ? "max" : "min";
  return LARGER_IS_BETTER.some((part) => name.includes(part)) ? "max" : "min";
}

/** Whether `value` is better than `best` by more than `minDelta`. */
export function improves(value: number, best: number | null, how: "min" | "max", minDelta = 0): boolean {
  if (best === null) return true;
  return how === "max" ? value - minDelta > best : value + minDelta < best;
}

const warned = new WeakSet<object>();

/** The monitored number; null, with a warning the first time, where it is not among the logs. */
export function monitored(owner: object, monitor: string, logs: Logs): number | null {
  const value = logs[monitor];
  if (value !== undefined) return value;
  if (!warned.has(owner)) {
    warned.add(owner);
    console.warn(
      `${owner.constructor.name} watches '${monitor}', which is not there: there are ${Object.keys(logs).join(", ")}`,
    );
  }
  return null;
}
