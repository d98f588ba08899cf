import { serializeKerasObject, type DeserializeOptions, type SerializedObject } from "@keras/ops";
import { partFromSerialized, partOf, type PartKind, type PartTable } from "../base/parts.ts";
import { L1, L1L2, L2 } from "./l1l2.ts";
import { OrthogonalRegularizer } from "./orthogonal.ts";
import { FunctionRegularizer, Regularizer, type RegularizerFn } from "./regularizer.ts";

/** Names of regularizers; declare more of your own by augmenting it. */
export interface RegularizerNames {
  l1: true;
  l1_l2: true;
  l2: true;
  orthogonal_regularizer: true;
}

/** Whatever stands for a regularizer: a name, an object, a class, a function, or a config. */
export type RegularizerOption =
  | keyof RegularizerNames
  | Regularizer
  | (new () => Regularizer)
  | RegularizerFn
  | SerializedObject
  | null;

const TABLE: PartTable<Regularizer> = {
  l1: L1,
  l1_l2: L1L2,
  l2: L2,
  orthogonal_regularizer: OrthogonalRegularizer,
  l1l2: L1L2,
};

const KIND: PartKind<Regularizer> = {
  name: "regularizer",
  Base: Regularizer,
  table: TABLE,
  ofFunction: (fn: RegularizerFn) => new FunctionRegularizer(fn),
};

/**
 * The regularizer that an identifier stands for; null for null.
 *
 * @throws {NotFoundError} on an unknown name, listing those there are.
 * @throws {ArgumentError} on anything that is none.
 */
export function getRegularizer(identifier: RegularizerOption): Regularizer | null {
  return partOf(identifier, KIND);
}

/** A regularizer as it stands in files. */
export function serialize(regularizer: Regularizer | RegularizerFn): unknown {
  return serializeKerasObject(regularizer instanceof FunctionRegularizer ? regularizer.fn : regularizer);
}

/** A regularizer from what stands in a file; classes of your own are looked up in `objects`. */
export function deserialize(config: SerializedObject, options: DeserializeOptions = {}): Regularizer {
  return partFromSerialized(config, TABLE, options);
}

export { getRegularizer as get };
