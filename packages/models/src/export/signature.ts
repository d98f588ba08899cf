import { ArgumentError, BuildError, dim, tree, type Dim, type DType, type KerasTensor, type Shape } from "@keras/ops";
import type { Model } from "../model.ts";

/** An input of an exported function. */
export interface InputSignature {
  /** Sizes with the batch axis; `null` where they vary. */
  readonly shape: readonly (number | null)[];
  /** Default: what the model computes in. */
  readonly dtype?: DType | undefined;
  readonly name?: string | undefined;
}

/** A model whatever its inputs and outputs. */
export type AnyModel = Model<never, unknown>;

/** An input as it is traced. */
export interface SignatureInput {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What a function takes: inputs in order, and how they are put together for a call. */
export interface Signature {
  readonly inputs: readonly SignatureInput[];
  /** The arguments of the call, of the inputs in order. */
  readonly pack: (inputs: readonly unknown[]) => readonly unknown[];
  /** Names of the outputs by place; empty where there are none. */
  readonly outputNames: readonly string[];
}

/** Structures of a model that is a graph. */
interface GraphModel {
  readonly inputStructure: unknown;
  readonly outputStructure: unknown;
}

/** Sizes of one input: unknown ones become symbols, the first of them `batch`. */
function symbolicShape(shape: readonly (number | null)[], name: string, batchSize: number | null): Shape {
  return shape.map((size, axis): Dim => {
    if (size !== null) return size;
    if (axis === 0) return batchSize ?? dim.symbol("batch");
    return dim.symbol(`${name}_dim_${axis}`);
  });
}

const graphOf = (model: AnyModel): GraphModel | null => {
  const inner = (model as unknown as { functional?: GraphModel | null }).functional ?? (model as unknown as GraphModel);
  return inner.inputStructure === undefined ? null : inner;
};

/** Inputs by a given signature; unnamed ones are called `input`, or `input_0`, `input_1`, …. */
function inputsOf(
  signature: readonly InputSignature[],
  dtype: DType,
  batchSize: number | null,
): readonly SignatureInput[] {
  return signature.map((input, i) => {
    const name = input.name ?? (signature.length === 1 ? "input" : `input_${i}`);
    return { name, dtype: input.dtype ?? dtype, shape: symbolicShape(input.shape, name, batchSize) };
  });
}

/** The signature of a function that takes its inputs one after the other. */
export function functionSignature(given: readonly InputSignature[], dtype: DType): Signature {
  return { inputs: inputsOf(given, dtype, null), pack: (values) => values, outputNames: [] };
}

/**
 * How a model is called: from its graph, from what is given, or from the shape on which it was built.
 *
 * @throws {BuildError} when nothing tells the shapes of its inputs.
 * @throws {ArgumentError} when the signature does not fit the model's graph.
 */
export function modelSignature(
  model: AnyModel,
  given: readonly InputSignature[] | undefined,
  batchSize: number | null,
): Signature {
  const graph = graphOf(model);
  if (graph && !given) {
    const inputs = tree.flatten<KerasTensor>(graph.inputStructure as never);
    const names = inputs.map((x) => x.node?.operation.name ?? x.name);
    return {
      inputs: inputs.map((x, i) => ({
        name: names[i]!,
        shape: symbolicShape(x.shape, names[i]!, batchSize),
        dtype: x.dtype,
      })),
      pack: (values) => [tree.packSequenceAs(graph.inputStructure, values)],
      outputNames: outputNames(graph.outputStructure),
    };
  }
  const signature = given ?? builtShapes(model);
  if (graph && signature.length !== tree.flatten(graph.inputStructure as never).length) {
    throw new ArgumentError(
      `the model has ${tree.flatten(graph.inputStructure as never).length} inputs, but the signature has ${signature.length}`,
      { layer: model.path },
    );
  }
  return {
    inputs: inputsOf(signature, model.inputDtype, batchSize),
    pack: (values) => [
      graph ? tree.packSequenceAs(graph.inputStructure, values) : values.length === 1 ? values[0] : values,
    ],
    outputNames: graph ? outputNames(graph.outputStructure) : [],
  };
}

/** Names of a dictionary's leaves, in the order in which they are flattened: by key. Null for anything else. */
export function dictionaryNames(structure: unknown): readonly string[] | null {
  if (!tree.isNested(structure) || Array.isArray(structure)) return null;
  const dictionary = structure as Readonly<Record<string, unknown>>;
  return Object.keys(dictionary)
    .toSorted()
    .flatMap((key) => {
      const inner = dictionary[key];
      if (!tree.isNested(inner)) return [key];
      const names = dictionaryNames(inner) ?? tree.flatten<unknown>(inner as never).map((_, i) => String(i));
      return names.map((name) => `${key}_${name}`);
    });
}

/** Outputs are called by their keys, else by the layers that make them. */
function outputNames(structure: unknown): string[] {
  const keys = dictionaryNames(structure);
  if (keys) return [...keys];
  return tree.flatten<KerasTensor>(structure as never).map((y, i) => y.node?.operation.name ?? `output_${i}`);
}

function builtShapes(model: AnyModel): InputSignature[] {
  const shape = model.buildShapes?.[0];
  if (!Array.isArray(shape) || !shape.every((d) => d === null || typeof d === "number")) {
    throw new BuildError(
      "the shapes of the model's inputs are not known: call it on data first, or pass `inputSignature: [{ shape: [null, 28, 28, 1] }]`",
      { layer: model.path },
    );
  }
  return [{ shape: [null, ...(shape as (number | null)[]).slice(1)] }];
}
