import {
  ArgumentError,
  BuildError,
  Operation,
  type DType,
  type NDArray,
  type TensorLike,
  type Variable,
} from "@keras/ops";
import type { Layer } from "./layer.ts";
import { collectVariables, track, type Tracked, type TrackedMetric } from "./tracking.ts";
import type { ShapeTree } from "./types.ts";
import { makeWeight, type WeightOptions } from "./weights.ts";

/**
 * What of a layer has to do with its weights: making, finding, counting, freezing, reading and setting them. They are found by walking
 * the layer's own properties, so nothing here needs to be told of them.
 *
 * @internal
 */
export abstract class WeightHolder extends Operation {
  /** Weights made by `addWeight`, in order. */
  readonly ownWeights: Variable[] = [];
  readonly extraTracked: unknown[] = [];
  /** Where it was built: the scopes around it. */
  parentPath: string = "";
  built: boolean = false;
  /** The shapes it was built on; null where it was not built by shapes. */
  buildShapes: readonly ShapeTree[] | null = null;
  isTrainable: boolean = true;

  /** Dtype of the weights. */
  abstract get variableDtype(): DType;

  /** Path of names from the outermost model. */
  get path(): string {
    return this.parentPath === "" ? this.name : `${this.parentPath}/${this.name}`;
  }

  /** Whether its weights are trained; setting it sets it for all weights and inner layers. */
  get trainable(): boolean {
    return this.isTrainable;
  }
  set trainable(value: boolean) {
    this.isTrainable = value;
    const { variables, layers } = this.tracked();
    // Statistics stay what they are when a frozen layer is thawed.
    for (const v of variables) if (v.madeTrainable) v.trainable = value;
    for (const layer of layers) layer.trainable = value;
  }

  /** What it holds itself. */
  tracked(): Tracked {
    return track(this);
  }

  /** Declares a layer, Variable or container that `call` uses and no property holds (a `#private` field, say). */
  track<T>(part: T): T {
    this.extraTracked.push(part);
    return part;
  }

  /** The layers directly inside. */
  get layers(): Layer[] {
    return this.tracked().layers;
  }

  /** This layer and all inside, depth first. */
  flattenLayers(options: { readonly includeSelf?: boolean; readonly recursive?: boolean } = {}): Layer[] {
    // Layer is the one class that extends this.
    const self = this as unknown as Layer;
    const found = new Set<Layer>();
    const visit = (layer: Layer): void => {
      if (found.has(layer)) return;
      found.add(layer);
      if (options.recursive ?? true) layer.layers.forEach(visit);
    };
    this.layers.forEach(visit);
    found.delete(self);
    return (options.includeSelf ?? true) ? [self, ...found] : [...found];
  }

  /** Weights and the states of random generators. */
  get variables(): Variable[] {
    return collectVariables(this, true);
  }
  /** Weights: trained ones of this layer first, then its others, then those of inner layers. */
  get weights(): Variable[] {
    return collectVariables(this, false);
  }
  get trainableVariables(): Variable[] {
    return this.trainable ? this.variables.filter((v) => v.trainable) : [];
  }
  get nonTrainableVariables(): Variable[] {
    return this.trainable ? this.variables.filter((v) => !v.trainable) : this.variables;
  }
  get trainableWeights(): Variable[] {
    return this.trainable ? this.weights.filter((v) => v.trainable) : [];
  }
  get nonTrainableWeights(): Variable[] {
    return this.trainable ? this.weights.filter((v) => !v.trainable) : this.weights;
  }
  /** Metrics that it and inner layers hold as properties. */
  get metrics(): TrackedMetric[] {
    return [...new Set(this.flattenLayers().flatMap((layer) => layer.tracked().metrics ?? []))];
  }
  get metricsVariables(): Variable[] {
    return this.metrics.flatMap((m) => m.variables);
  }

  /** Number of scalars in the weights. @throws {BuildError} before the layer is built. */
  countParams(): number {
    if (!this.built)
      throw new BuildError(
        "the layer is not built yet, so it has no weights to count: call it on data, or build(inputShape)",
        { layer: this.path },
      );
    return this.weights.reduce((n, w) => n + w.size, 0);
  }

  /** Makes a weight. It is initialized when it is first needed. @throws {BuildError} once the layer is built. */
  addWeight(options: WeightOptions = {}): Variable {
    if (this.built && this.buildShapes !== null) {
      throw new BuildError(
        `the layer is built: the weight '${options.name ?? "variable"}' must be made in the constructor or in build()`,
        { layer: this.path },
      );
    }
    const weight = makeWeight(options, this.variableDtype, this.path);
    if (!this.isTrainable) weight.trainable = false;
    this.ownWeights.push(weight);
    return weight;
  }

  /** The weights' values, in order, as host arrays. */
  async getWeights(): Promise<NDArray[]> {
    return Promise.all(this.weights.map((w) => w.held().ndarray()));
  }

  /** Sets all weights, in order. @throws {ArgumentError} when their number differs. @throws {ShapeError} when a shape does. */
  setWeights(values: readonly TensorLike[]): void {
    const { weights } = this;
    if (values.length !== weights.length) {
      throw new ArgumentError(
        `the layer has ${weights.length} weights, but ${values.length} values were given${this.built ? "" : ": it is not built yet"}`,
        { layer: this.path },
      );
    }
    weights.forEach((w, i) => w.assign(values[i]!));
  }
}
