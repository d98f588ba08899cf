import { initScope, runtime, scoped } from "@keras/ops";
import type { Layer } from "./layer.ts";
import type { ShapeTree } from "./types.ts";

type AnyBuild = (...shapes: unknown[]) => unknown;

/** Runs a class's `build` once: weights made in it belong to no trace and no gradient. */
export function buildOnce(layer: Layer, build: AnyBuild, shapes: readonly ShapeTree[]): void {
  if (layer.built) return;
  const { scope } = runtime();
  layer.parentPath = scope.join("/");
  const made = layer.ownWeights.length;
  try {
    initScope(() => scoped({ scope: [...scope, layer.name] }, () => Reflect.apply(build, layer, shapes)));
  } catch (error) {
    layer.ownWeights.length = made;
    throw error;
  }
  layer.buildShapes = shapes.slice(0, Math.max(1, build.length)).filter((s) => s !== null);
  layer.built = true;
}

/** What a file needs to build a layer again; null where it was not built on shapes. */
export function buildConfigOf({ buildShapes, constructor }: Layer): Record<string, unknown> | null {
  if (!buildShapes || buildShapes.length === 0) return null;
  if (buildShapes.length === 1) return { inputShape: buildShapes[0] };
  const names = (constructor as typeof Layer).callArguments;
  return { shapesDict: Object.fromEntries(buildShapes.map((s, i) => [`${names[i] ?? `input_${i}`}_shape`, s])) };
}

/** The shapes in a build config. */
export function shapesInConfig(config: Readonly<Record<string, unknown>>): ShapeTree[] {
  const { shapesDict, inputShape } = config;
  if (shapesDict) return Object.values(shapesDict as Record<string, ShapeTree>);
  return inputShape === undefined || inputShape === null ? [] : [inputShape as ShapeTree];
}
