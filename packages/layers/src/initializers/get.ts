import {
  cast,
  formatShape,
  isTensor,
  isVariable,
  sameShape,
  serializeKerasObject,
  ShapeError,
  toTensor,
  type DeserializeOptions,
  type NDArray,
  type SerializedObject,
  type Tensor,
  type Variable,
} from "@keras/ops";
import { partFromSerialized, partOf, type PartKind, type PartTable } from "../base/parts.ts";
import { Constant, Identity, Ones, Zeros } from "./constant.ts";
import { FunctionInitializer, Initializer, type InitializerFn } from "./initializer.ts";
import { Orthogonal } from "./orthogonal.ts";
import { RandomNormal, RandomUniform, TruncatedNormal } from "./random.ts";
import { STFT } from "./stft.ts";
import {
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  LecunNormal,
  LecunUniform,
  VarianceScaling,
} from "./variance-scaling.ts";

/** Names of initializers; declare more of your own by augmenting it. */
export interface InitializerNames {
  constant: true;
  glorot_normal: true;
  glorot_uniform: true;
  he_normal: true;
  he_uniform: true;
  identity: true;
  lecun_normal: true;
  lecun_uniform: true;
  normal: true;
  one: true;
  ones: true;
  orthogonal: true;
  random_normal: true;
  random_uniform: true;
  stft: true;
  truncated_normal: true;
  uniform: true;
  variance_scaling: true;
  zero: true;
  zeros: true;
}

/** Whatever stands for an initializer: a name, an object, a class, a function of the shape, the values themselves, or a config. */
export type InitializerOption =
  | keyof InitializerNames
  | Initializer
  | (new () => Initializer)
  | InitializerFn
  | Tensor
  | Variable
  | NDArray
  | SerializedObject
  | null;

const TABLE: PartTable<Initializer> = {
  constant: Constant,
  glorot_normal: GlorotNormal,
  glorot_uniform: GlorotUniform,
  he_normal: HeNormal,
  he_uniform: HeUniform,
  identity: Identity,
  lecun_normal: LecunNormal,
  lecun_uniform: LecunUniform,
  normal: RandomNormal,
  one: Ones,
  ones: Ones,
  orthogonal: Orthogonal,
  random_normal: RandomNormal,
  random_uniform: RandomUniform,
  stft: STFT,
  truncated_normal: TruncatedNormal,
  uniform: RandomUniform,
  variance_scaling: VarianceScaling,
  zero: Zeros,
  zeros: Zeros,
  IdentityInitializer: Identity,
  OrthogonalInitializer: Orthogonal,
  STFTInitializer: STFT,
};

const KIND: PartKind<Initializer> = {
  name: "initializer",
  Base: Initializer,
  table: TABLE,
  ofFunction: (fn: InitializerFn) => new FunctionInitializer(fn),
};

const isArray = (x: InitializerOption): x is NDArray => (x as NDArray | null)?.kind === "ndarray";

/** Given values as an initializer. */
function fromValues(values: Tensor | Variable | NDArray): Initializer {
  return new FunctionInitializer((shape, { dtype }) => {
    if (!sameShape(shape, values.shape))
      throw new ShapeError(
        `the values given as initializer have shape ${formatShape(values.shape)}, but the weight has ${formatShape(shape)}`,
      );
    return cast(toTensor(values), dtype);
  });
}

/**
 * The initializer that an identifier stands for; null for null.
 *
 * @throws {NotFoundError} on an unknown name, listing those there are.
 * @throws {ArgumentError} on anything that is none.
 * @example
 * ```ts
 * import { initializers } from "keras";
 * console.log(await initializers.get("ones")!.apply([2]).array()); // [1, 1]
 * ```
 */
export function getInitializer(identifier: InitializerOption): Initializer | null {
  if (isTensor(identifier) || isVariable(identifier) || isArray(identifier)) return fromValues(identifier);
  return partOf(identifier, KIND);
}

/** An initializer as it stands in files. */
export function serialize(initializer: Initializer | InitializerFn): unknown {
  return serializeKerasObject(initializer instanceof FunctionInitializer ? initializer.fn : initializer);
}

/** An initializer from what stands in a file; classes of your own are looked up in `objects`. */
export function deserialize(config: SerializedObject, options: DeserializeOptions = {}): Initializer {
  return partFromSerialized(config, TABLE, options);
}

export { getInitializer as get };
