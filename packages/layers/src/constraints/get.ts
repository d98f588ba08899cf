import { serializeKerasObject, type DeserializeOptions, type SerializedObject } from "@keras/ops";
import { partFromSerialized, partOf, type PartKind, type PartTable } from "../base/parts.ts";
import { Constraint, FunctionConstraint, type ConstraintFn } from "./constraint.ts";
import { MaxNorm, MinMaxNorm, NonNeg, UnitNorm } from "./norm.ts";

/** Names of constraints; declare more of your own by augmenting it. */
export interface ConstraintNames {
  max_norm: true;
  min_max_norm: true;
  non_neg: true;
  nonneg: true;
  unit_norm: true;
}

/** Whatever stands for a constraint: a name, an object, a class, a function, or a config. */
export type ConstraintOption =
  | keyof ConstraintNames
  | Constraint
  | (new () => Constraint)
  | ConstraintFn
  | SerializedObject
  | null;

const TABLE: PartTable<Constraint> = {
  constraint: Constraint,
  max_norm: MaxNorm,
  min_max_norm: MinMaxNorm,
  non_neg: NonNeg,
  nonneg: NonNeg,
  unit_norm: UnitNorm,
};

const KIND: PartKind<Constraint> = {
  name: "constraint",
  Base: Constraint,
  table: TABLE,
  ofFunction: (fn: ConstraintFn) => new FunctionConstraint(fn),
};

/**
 * The constraint that an identifier stands for; null for null.
 *
 * @throws {NotFoundError} on an unknown name, listing those there are.
 * @throws {ArgumentError} on anything that is none.
 */
export function getConstraint(identifier: ConstraintOption): Constraint | null {
  return partOf(identifier, KIND);
}

/** A constraint as it stands in files. */
export function serialize(constraint: Constraint | ConstraintFn): unknown {
  return serializeKerasObject(constraint instanceof FunctionConstraint ? constraint.fn : constraint);
}

/** A constraint from what stands in a file; classes of your own are looked up in `objects`. */
export function deserialize(config: SerializedObject, options: DeserializeOptions = {}): Constraint {
  return partFromSerialized(config, TABLE, options);
}

export { getConstraint as get };
