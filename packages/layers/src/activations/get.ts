import {
  ArgumentError,
  deserializeKerasObject,
  isSerialized,
  NotFoundError,
  serializeKerasObject,
  setFileName,
  type DeserializeOptions,
  type SerializedObject,
  type Tensor,
} from "@keras/ops";
import { gelu } from "./gelu.ts";
import { linear } from "./linear.ts";
import { mish } from "./mish.ts";
import * as ops from "./of-ops.ts";
import { relu } from "./relu.ts";

/** A function of a tensor, elementwise or along an axis. */
export type ActivationFn = (x: Tensor) => Tensor;

/** Activations by the name they have in files. */
const TABLE: Readonly<Record<string, ActivationFn>> = {
  celu: ops.celu,
  elu: ops.elu,
  exponential: ops.exponential,
  gelu: gelu,
  glu: ops.glu,
  hard_shrink: ops.hardShrink,
  hard_sigmoid: ops.hardSigmoid,
  hard_silu: ops.hardSilu,
  hard_swish: ops.hardSilu,
  hard_tanh: ops.hardTanh,
  leaky_relu: ops.leakyRelu,
  linear: linear,
  log_sigmoid: ops.logSigmoid,
  log_softmax: ops.logSoftmax,
  mish: mish,
  relu: relu,
  relu6: ops.relu6,
  selu: ops.selu,
  sigmoid: ops.sigmoid,
  silu: ops.silu,
  soft_shrink: ops.softShrink,
  softmax: ops.softmax,
  softplus: ops.softplus,
  softsign: ops.softsign,
  sparse_plus: ops.sparsePlus,
  sparse_sigmoid: ops.sparseSigmoid,
  sparsemax: ops.sparsemax,
  squareplus: ops.squareplus,
  swish: ops.silu,
  tanh: ops.tanh,
  tanh_shrink: ops.tanhShrink,
  threshold: ops.threshold as unknown as ActivationFn,
};

/** Names of activations; declare more of your own by augmenting it. */
export interface ActivationNames {
  celu: true;
  elu: true;
  exponential: true;
  gelu: true;
  glu: true;
  hard_shrink: true;
  hard_sigmoid: true;
  hard_silu: true;
  hard_swish: true;
  hard_tanh: true;
  leaky_relu: true;
  linear: true;
  log_sigmoid: true;
  log_softmax: true;
  mish: true;
  relu: true;
  relu6: true;
  selu: true;
  sigmoid: true;
  silu: true;
  soft_shrink: true;
  softmax: true;
  softplus: true;
  softsign: true;
  sparse_plus: true;
  sparse_sigmoid: true;
  sparsemax: true;
  squareplus: true;
  swish: true;
  tanh: true;
  tanh_shrink: true;
  threshold: true;
}

/** Whatever stands for an activation: a name, a function of a tensor, or a config; null: none. */
export type ActivationOption = keyof ActivationNames | `${string}>${string}` | ActivationFn | SerializedObject | null;

/** Functions are written to files by name. */
function named(fn: ActivationFn): ActivationFn {
  const name = Object.keys(TABLE).find((key) => TABLE[key] === fn);
  if (name !== undefined) setFileName(fn, name);
  return fn;
}

/**
 * The activation that an identifier stands for; for null the identity.
 *
 * @throws {NotFoundError} on an unknown name, listing those there are.
 * @throws {ArgumentError} on anything that is none.
 * @example
 * ```ts
 * import { activations, ops } from "keras";
 * console.log(await activations.get("relu")(ops.array([-1, 2])).array()); // [0, 2]
 * ```
 */
export function getActivation(identifier: ActivationOption): ActivationFn {
  if (identifier === null) return named(linear);
  if (typeof identifier === "function") return named(identifier);
  if (typeof identifier === "string") {
    const found = Object.hasOwn(TABLE, identifier) ? TABLE[identifier] : undefined;
    if (found) return named(found);
    throw new NotFoundError(
      `unknown activation '${String(identifier)}': there are ${Object.keys(TABLE)
        .map((n) => `'${n}'`)
        .join(", ")}; a function of your own is passed as it is, or on loading in \`objects\``,
    );
  }
  if (isSerialized(identifier)) return deserialize(identifier);
  throw new ArgumentError(`cannot make an activation of ${typeof identifier}: give a name or a function`);
}

/**
 * An activation as it stands in files: the name of one of Keras's, else a config.
 *
 * @param activation - A function, of Keras's or registered.
 * @example
 * ```ts
 * import { activations } from "keras";
 * console.log(activations.serialize(activations.relu)); // "relu"
 * ```
 */
export function serialize(activation: ActivationFn): unknown {
  return serializeKerasObject(named(activation));
}

/**
 * An activation from what stands in a file; functions of your own are looked up in `objects`.
 *
 * @param config - What `serialize` gives: a name or a config.
 * @throws {NotFoundError} when there is none of that name.
 * @example
 * ```ts
 * import { activations } from "keras";
 * const relu = activations.deserialize("relu");
 * console.log(relu === activations.get("relu")); // true
 * ```
 */
export function deserialize(
  config: SerializedObject | keyof ActivationNames,
  options: DeserializeOptions = {},
): ActivationFn {
  return typeof config === "string" ? getActivation(config) : (deserializeKerasObject(config, options) as ActivationFn);
}

export { getActivation as get };
