// What knows all packages at once: loading finds Keras's own classes by itself, so that users pass only their own.
import * as io from "@keras/io-keras";
import type { FileInput, LoadModelOptions } from "@keras/io-keras";
import * as models from "@keras/models";
import type { CloneModelOptions, GraphDeserializeOptions, Model } from "@keras/models";
import { deserializeKerasObject as deserialize, type DeserializeOptions } from "@keras/ops";
import { KERAS_OBJECTS, OPERATIONS } from "./objects.ts";

/** A model that came from a file: its inputs and outputs are what the file says. */
export type LoadedModel = Model;

/** A user's classes first, then Keras's. */
const withKeras = <T extends DeserializeOptions>(options: T): T => ({
  ...options,
  objects: [...(options.objects ?? []), ...KERAS_OBJECTS],
});

/**
 * Loads a model that `model.save` or Python Keras saved as a `.keras` file, compiled as it was, the optimizer's state included. Nothing
 * in the file is run: classes of your own are looked up among those that you pass.
 *
 * @param input - A path or URL, bytes, a Blob or File, a fetched `Response`, or a stream.
 * @param options - `objects`: your own classes and functions; `compile` (default true).
 * @throws {FormatError} when the file is truncated, damaged or no model, or its weights do not fit.
 * @throws {NotFoundError} when there is no such file, or it names a class that was not passed.
 * @example
 * ```ts
 * import { Input, Sequential, layers, saving } from "keras";
 * const model = new Sequential([Input({ shape: [3] }), new layers.Dense({ units: 2 })]);
 * const again = await saving.loadModel(await saving.saveModel(model));
 * console.log(again.countParams()); // 8
 * ```
 */
export async function loadModel(input: FileInput, options: LoadModelOptions = {}): Promise<LoadedModel> {
  return io.loadModel(input, withKeras(options));
}

/**
 * Makes a model of the architecture that `model.toJson()` or Python's `to_json` wrote, with fresh weights.
 *
 * @param options - `objects`: your own classes and functions.
 * @throws {FormatError} when it is no JSON, or describes no model.
 * @throws {NotFoundError} when it names a class that was not passed.
 * @example
 * ```ts
 * import { Input, Sequential, layers, models } from "keras";
 * const model = new Sequential([Input({ shape: [3] }), new layers.Dense({ units: 2 })]);
 * console.log(models.modelFromJson(model.toJson()).countParams()); // 8
 * ```
 */
export function modelFromJson(json: string, options: GraphDeserializeOptions = {}): LoadedModel {
  return io.modelFromJson(json, { operations: OPERATIONS, ...withKeras(options) }) as unknown as LoadedModel;
}

/**
 * Makes the object (or plain value) that its serialized form stands for.
 *
 * @param options - `objects`: your own classes and functions.
 * @throws {NotFoundError} when it names a class that was not passed.
 * @example
 * ```ts
 * import { layers, saving } from "keras";
 * const layer = saving.deserializeKerasObject(saving.serializeKerasObject(new layers.Dense({ units: 2 })));
 * console.log(layer instanceof layers.Dense); // true
 * ```
 */
export function deserializeKerasObject(x: unknown, options: DeserializeOptions = {}): unknown {
  return deserialize(x, withKeras(options));
}

/**
 * A model of the same architecture with layers and weights of its own, freshly initialized; compiled as the model is.
 *
 * @param options - `cloneFunction` makes each layer, `callFunction` calls it; `objects`: your own classes and functions.
 * @throws {ArgumentError} for a subclassed model, whose layers are known to its `call` alone.
 * @example
 * ```ts
 * import { Input, Sequential, layers, models } from "keras";
 * const model = new Sequential([Input({ shape: [3] }), new layers.Dense({ units: 2 })]);
 * const copy = models.cloneModel(model);
 * console.log(copy.weights[0] === model.weights[0]); // false
 * ```
 */
export function cloneModel<M extends Model<never, unknown>>(model: M, options: CloneModelOptions = {}): M {
  return models.cloneModel(model, withKeras(options));
}
