import {
  ArgumentError,
  deserializeKerasObject,
  isKerasTensor,
  OpOperation,
  runGraph,
  serializeObject,
  tree,
  type DeserializeOptions,
  type KerasTensor,
  type Operation,
} from "@keras/ops";
import { Input, InputLayer, isLayer, type Layer } from "@keras/layers";
import { Functional, type Model } from "./model.ts";
import { Sequential } from "./sequential.ts";
import type { SymbolicTree } from "./types.ts";

/** Options of {@link cloneModel}. */
export interface CloneModelOptions extends DeserializeOptions {
  /** What the copy begins with, in the structure of the model's inputs. Default: new Inputs of the same shapes and names. */
  readonly inputTensors?: SymbolicTree | undefined;
  /** Makes the copy's layer from the model's: a fresh one of the same config by default. Never asked for inputs. */
  readonly cloneFunction?: ((layer: Layer) => Layer) | undefined;
  /** Calls a layer of the copy, to put others before or behind it. For graphs, not for a Sequential. */
  readonly callFunction?: ((layer: Layer, ...args: readonly unknown[]) => unknown) | undefined;
  /** Copy models inside the model in the same way, in place of handing them to `cloneFunction`. Default false. */
  readonly recursive?: boolean | undefined;
}

/**
 * A model of the same architecture with layers and weights of its own, freshly initialized; compiled as the model is.
 *
 * @param options - `objects`: classes of your own that configs inside the layers name.
 * @throws {ArgumentError} for a subclassed model, whose layers are known to its `call` alone.
 * @example
 * ```ts
 * import { Input, Sequential, layers, models } from "keras";
 * const model = new Sequential([Input({ shape: [3] }), new layers.Dense({ units: 2 })]);
 * const wider = models.cloneModel(model, { cloneFunction: () => new layers.Dense({ units: 8 }) });
 * console.log(model.countParams(), wider.countParams()); // 8 32
 * ```
 */
export function cloneModel<M extends Model<never, unknown>>(model: M, options: CloneModelOptions = {}): M {
  const copy = new Cloner(options).clone(model);
  const { compiled } = model as { compiled?: boolean };
  if (compiled) recompile(copy as never, model as never, options.objects ?? []);
  return copy as unknown as M;
}

/** What `@keras/training` puts on models. */
interface Compilable {
  readonly optimizer: object;
  getCompileConfig(): Record<string, unknown>;
  compileFromConfig(config: Record<string, unknown>, options: { readonly objects: readonly object[] }): void;
}

function recompile(copy: Compilable, model: Compilable, objects: readonly object[]): void {
  copy.compileFromConfig(model.getCompileConfig(), { objects: [model.optimizer.constructor, ...objects] });
}

class Cloner {
  readonly options: CloneModelOptions;
  /** A layer that is called twice is copied once. */
  readonly copies: Map<Operation, Operation> = new Map();

  constructor(options: CloneModelOptions) {
    this.options = options;
  }

  clone(model: Model<never, unknown>): Layer {
    if (model instanceof Sequential) return this.sequential(model as unknown as Sequential);
    if (model instanceof Functional) return this.functional(model as unknown as Functional);
    throw new ArgumentError(
      "a subclassed model cannot be cloned, for only its call knows its layers: make it anew from its config, `Class.fromConfig(model.getConfig())`",
      { layer: model.path },
    );
  }

  sequential(model: Sequential): Sequential {
    const { inputTensors, callFunction } = this.options;
    if (callFunction)
      throw new ArgumentError("callFunction is for graphs: a Sequential lists its layers and calls them itself", {
        layer: model.path,
      });
    const [first] = model.parts;
    const given = inputTensors === undefined ? [] : tree.flatten<unknown>(inputTensors as never);
    if (given.length > 1 || given.some((x) => !isKerasTensor(x)))
      throw new ArgumentError("inputTensors of a Sequential is one symbolic tensor", { layer: model.path });
    const input =
      given.length === 1
        ? [Input({ tensor: given[0] as KerasTensor })]
        : first instanceof InputLayer
          ? [newInput(first.inboundNodes[0]!.outputs[0]!)]
          : [];
    const layers = model.layers.map((layer) => this.operation(layer) as Layer);
    return new Sequential([...input, ...layers], { name: model.name, trainable: model.trainable });
  }

  functional(model: Functional): Functional {
    const inputs =
      this.options.inputTensors ??
      (tree.mapStructure(newInput as never, model.inputStructure as never) as SymbolicTree);
    const values = tree.flatten<unknown>(inputs as never);
    if (values.length !== model.inputs.length || !values.every(isKerasTensor))
      throw new ArgumentError(`inputTensors must be ${model.inputs.length} symbolic tensors, as the model's inputs`, {
        layer: model.path,
      });
    const { callFunction } = this.options;
    const outputs = runGraph(
      model.graph,
      model.inputs,
      model.outputs,
      model.outputStructure,
      values,
      (operation, args, kwargs) => {
        const copy = this.operation(operation);
        const given = Object.keys(kwargs).length > 0 ? [...args, kwargs] : args;
        return callFunction && isLayer(copy) ? callFunction(copy, ...given) : copy.applyAny(...given);
      },
    );
    return new Functional({ inputs, outputs: outputs as SymbolicTree, name: model.name, trainable: model.trainable });
  }

  operation(operation: Operation): Operation {
    let copy = this.copies.get(operation);
    if (!copy) {
      copy = isLayer(operation) ? this.layer(operation) : copyOfOp(operation);
      this.copies.set(operation, copy);
    }
    return copy;
  }

  layer(layer: Layer): Layer {
    const { recursive = false, cloneFunction, objects = [] } = this.options;
    // Without a cloneFunction it makes no difference, and a graph needs no table of classes and ops to be read from.
    if ((recursive || !cloneFunction) && (layer instanceof Sequential || layer instanceof Functional)) {
      const { inputTensors: _, callFunction, ...rest } = this.options;
      const calls = recursive && callFunction && layer instanceof Functional ? { callFunction } : {};
      return new Cloner({ ...rest, ...calls }).clone(layer as never);
    }
    if (cloneFunction) return cloneFunction(layer);
    const nested = layer.flattenLayers().map((each) => each.constructor);
    return deserializeKerasObject(serializeObject(layer), {
      ...this.options,
      objects: [...objects, InputLayer, ...new Set(nested)],
    }) as Layer;
  }
}

function newInput(x: KerasTensor): KerasTensor {
  return Input({ batchShape: x.shape, dtype: x.dtype, name: x.node?.operation.name ?? x.name });
}

function copyOfOp(operation: Operation): Operation {
  if (operation instanceof OpOperation) return new OpOperation(operation.op, operation.attrs, { name: operation.name });
  return operation;
}
