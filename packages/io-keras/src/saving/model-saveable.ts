import { BuildError, classNameOf, isVariable, toConfigKey, type NDArray, type Variable } from "@keras/ops";
import { isLayer, type Layer } from "@keras/layers";
import type { AssetReader, AssetWriter, Saveable, SaveableChild, WeightValue } from "../weights/saveable.ts";
import { assignVariables } from "./assign-variables.ts";
import { optimizerSaveable, type OptimizerLike } from "./optimizer-saveable.ts";

/** What a layer, metric or optimizer of a user's may define to store its state in its own way. */
interface OwnState {
  saveOwnVariables?(store: Record<string, WeightValue>): void;
  loadOwnVariables?(store: Readonly<Record<string, NDArray>>): void | Promise<void>;
  saveAssets?(store: AssetWriter): void | Promise<void>;
  loadAssets?(store: AssetReader): void | Promise<void>;
}

/** Something with variables: a metric, say. */
interface Stateful extends OwnState {
  readonly kind?: unknown;
  readonly name?: string;
  readonly variables: readonly Variable[];
}

/** Properties of the base classes: bookkeeping, or parts that `layers` has as well. */
const SKIPPED: ReadonlySet<string> = new Set([
  "config", "inboundNodes", "outboundNodes", "ownWeights", "lastCall", "extraTracked", "policy", "buildShapes", "inputSpec", "floatOptions",
  "functions", "graph", "inputs", "outputs", "inputStructure", "outputStructure", "parts", "functional",
]); // prettier-ignore

/**
 * Gives layers, models, optimizers and metrics the form in which their state is saved. One instance per save or load: each object has
 * one counterpart, found by identity.
 */
export class Saveables {
  readonly known: WeakMap<object, Saveable> = new WeakMap();
  readonly warn: (message: string) => void;

  constructor(warn: (message: string) => void) {
    this.warn = warn;
  }

  /** The saveable form of an object. */
  of(x: object): Saveable {
    let found = this.known.get(x);
    if (!found) this.known.set(x, (found = this.make(x)));
    return found;
  }

  make(x: object): Saveable {
    if (isLayer(x)) return this.layer(x);
    const stateful = x as Stateful;
    if (stateful.kind === "optimizer")
      return withOwn(optimizerSaveable(stateful as unknown as OptimizerLike, this.warn), stateful);
    return withOwn(
      plainSaveable(stateful, () => this.properties(x)),
      stateful,
    );
  }

  layer(layer: Layer): Saveable {
    const own = (): readonly Variable[] => {
      const { variables } = layer.tracked();
      return [...variables.filter((v) => v.madeTrainable), ...variables.filter((v) => !v.madeTrainable)];
    };
    const isModel = "predictStep" in layer;
    const isGraph = isModel && ("graph" in layer || "parts" in layer);
    return withOwn(
      {
        className: classNameOf(layer.constructor),
        name: layer.name,
        layersFirst: isGraph,
        children: () => this.layerChildren(layer, isModel),
        saveOwnVariables: (store) => own().forEach((v, i) => (store[String(i)] = v)),
        loadOwnVariables: (store) => {
          const count = Object.keys(store).length;
          if (!layer.built && count > 0) {
            throw new BuildError(
              `the file has ${count} variables for the layer, but it is not built: call the model on data before loading weights`,
              { layer: layer.path },
            );
          }
          assignVariables(own(), store, `the layer '${layer.name}'`);
        },
      },
      layer as OwnState,
    );
  }

  *layerChildren(layer: Layer, isModel: boolean): Generator<readonly [string, SaveableChild]> {
    if (isModel) {
      yield ["layers", layer.layers.map((l) => this.of(l))];
      const { optimizer } = layer as { optimizer?: OptimizerLike | null };
      if (optimizer) yield ["optimizer", this.of(optimizer)];
    }
    yield* this.properties(layer);
  }

  /** Parts in an object's own properties, under Keras's names. */
  *properties(x: object): Generator<readonly [string, SaveableChild]> {
    const { attributeKeys, configKeys } = x.constructor as {
      attributeKeys?: Record<string, string>;
      configKeys?: Record<string, string>;
    };
    for (const [key, value] of Object.entries(x)) {
      if (SKIPPED.has(key)) continue;
      const part = this.part(value, new Set());
      if (part !== null) yield [toConfigKey(key, attributeKeys ?? configKeys), part];
    }
  }

  /** A property's value in saveable form; null when it holds no part. */
  part(x: unknown, outer: ReadonlySet<object>): SaveableChild | null {
    if (typeof x !== "object" || x === null || isVariable(x) || outer.has(x) || ArrayBuffer.isView(x)) return null;
    if (isPart(x)) return this.of(x);
    const items =
      Array.isArray(x) || x instanceof Set
        ? [...x]
        : x instanceof Map
          ? [...x.values()]
          : isPlain(x)
            ? Object.values(x)
            : null;
    if (!items) return null;
    const inside = new Set([...outer, x]);
    const parts = items.map((item) => this.part(item, inside)).filter((part) => part !== null);
    return parts.length > 0 ? parts : null;
  }
}

function isPart(x: object): boolean {
  const { kind } = x as { kind?: unknown };
  return isLayer(x) || kind === "metric" || kind === "optimizer";
}

function isPlain(x: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
}

function plainSaveable(x: Stateful, children: Saveable["children"]): Saveable {
  return {
    className: classNameOf(x.constructor),
    name: x.name,
    children,
    saveOwnVariables: (store) => x.variables.forEach((v, i) => (store[String(i)] = v)),
    loadOwnVariables: (store) => assignVariables(x.variables, store, `'${x.name ?? classNameOf(x.constructor)}'`),
  };
}

/** What an object does itself stands before what is done for it. */
function withOwn(saveable: Saveable, own: OwnState): Saveable {
  const result: { -readonly [K in keyof Saveable]: Saveable[K] } = { ...saveable };
  if (own.saveOwnVariables) result.saveOwnVariables = (store) => own.saveOwnVariables!(store);
  if (own.loadOwnVariables) result.loadOwnVariables = (store) => own.loadOwnVariables!(store);
  if (own.saveAssets) result.saveAssets = (store) => own.saveAssets!(store);
  if (own.loadAssets) result.loadAssets = (store) => own.loadAssets!(store);
  return result;
}
