import {
  ArgumentError,
  deserializeKerasObject,
  FormatError,
  isSerialized,
  serializeObject,
  toConfigKeys,
  fromConfigKeys,
  type ObjectSource,
  type SerializedObject,
} from "@keras/ops";
import { InputLayer } from "@keras/layers";
import { Functional, Sequential, type GraphDeserializeOptions, type Model } from "@keras/models";
import { formatJson, parseJson, plainNumbers, withoutStrayFloats } from "./json.ts";
import { withOptimizerFloats } from "./optimizer-floats.ts";

/** A model whatever its inputs and outputs. */
export type AnyModel = Model<never, unknown>;

/** What training adds to a model. */
interface Compilable {
  getCompileConfig?(): Record<string, unknown> | null;
  compileFromConfig?(
    config: Readonly<Record<string, unknown>>,
    options?: { readonly objects?: readonly object[] },
  ): void;
  readonly optimizer?: { readonly built: boolean; build(variables: readonly unknown[]): void } | null;
}

/** A model as it stands in `config.json`: class, config, shapes it was built for, and what it was compiled with. */
export function modelConfig(model: AnyModel): SerializedObject {
  const build = model.getBuildConfig();
  const compile = (model as Compilable).getCompileConfig?.() ?? null;
  return {
    ...serializeObject(model),
    build_config: build ? toConfigKeys(build) : { input_shape: null },
    compile_config: compile ? toConfigKeys({ ...compile, optimizer: withOptimizerFloats(compile["optimizer"]) }) : {},
  };
}

/** What every graph is made of. */
const GRAPHS: ObjectSource = { Functional, Sequential, InputLayer };

/** The model in `config.json`, built; compiled, too, if wanted. @throws {FormatError} when it is no model's config. */
export function modelFromConfig(
  json: unknown,
  options: GraphDeserializeOptions & { readonly compile?: boolean | undefined },
): AnyModel {
  if (!isSerialized(json)) throw new FormatError("the config of the file describes no object of Keras");
  const config = withoutStrayFloats(json) as SerializedObject;
  const made = deserializeKerasObject(config, { ...options, objects: [...(options.objects ?? []), GRAPHS] });
  if (typeof made !== "object" || made === null || !("predictStep" in made))
    throw new FormatError(`the file holds a '${config.class_name}', which is no model`);
  const model = made as AnyModel;
  const compile = plainNumbers(config.compile_config ?? {}) as Record<string, unknown>;
  if ((options.compile ?? true) && Object.keys(compile).length > 0) compileModel(model, compile, options);
  return model;
}

function compileModel(
  model: AnyModel,
  config: Readonly<Record<string, unknown>>,
  { objects = [] }: GraphDeserializeOptions,
): void {
  const { compileFromConfig } = model as Compilable;
  // Without training there is nothing to compile for: the model predicts.
  if (!compileFromConfig) return;
  compileFromConfig.call(model, fromConfigKeys(config), { objects });
  const { optimizer } = model as Compilable;
  if (optimizer && model.built && !optimizer.built) optimizer.build(model.trainableVariables);
}

/**
 * A model's architecture as JSON, as Keras's `to_json` gives it: no weights.
 *
 * @param options - `indent`: spaces per level; default: all on one line.
 * @example
 * ```ts
 * import { modelFromJson, modelToJson } from "@keras/io-keras";
 * import { Input, Sequential, layers } from "keras";
 * const model = new Sequential([Input({ shape: [4] }), new layers.Dense({ units: 2 })]);
 * const again = modelFromJson(modelToJson(model), { objects: [layers] });
 * console.log(again.countParams()); // 10
 * ```
 */
export function modelToJson(
  model: Pick<AnyModel, "getConfig" | "getBuildConfig">,
  options: { readonly indent?: number | undefined } = {},
): string {
  return formatJson(modelConfig(model as AnyModel), options.indent ?? 0);
}

/**
 * Makes a model of the architecture that `to_json` wrote, with fresh weights.
 *
 * @param options - `objects`: where classes and functions are looked up.
 * @throws {FormatError} when it is no JSON, or describes no model.
 * @throws {NotFoundError} when a class is not among `objects`; the message names it.
 * @example
 * ```ts
 * import { modelFromJson, modelToJson } from "@keras/io-keras";
 * import { Input, Sequential, layers } from "keras";
 * const json = modelToJson(new Sequential([Input({ shape: [3] }), new layers.Dense({ units: 1 })]));
 * console.log(modelFromJson(json, { objects: [layers] }).layers.length); // 1
 * ```
 */
export function modelFromJson(json: string, options: GraphDeserializeOptions = {}): Model<never, unknown> {
  if (typeof json !== "string") throw new ArgumentError("modelFromJson takes the text that model.toJson() gave");
  return modelFromConfig(parseJson(json, "the model's config"), { ...options, compile: true });
}
