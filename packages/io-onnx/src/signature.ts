import {
  ArgumentError,
  BuildError,
  dim,
  isKerasTensor,
  tree,
  type Dim,
  type DType,
  type KerasTensor,
  type Shape,
} from "@keras/ops";
import type { Model } from "@keras/models";

/** An input of an exported model. */
export interface InputSignature {
  /** Sizes with the batch axis; `null` where they vary. */
  readonly shape: readonly (number | null)[];
  /** Default: what the model computes in. */
  readonly dtype?: DType | undefined;
  readonly name?: string | undefined;
}

/** A model whatever its inputs and outputs. */
export type AnyModel = Model<never, unknown>;

/** What a model takes: inputs in order, and how they are put together for a call. */
export interface Signature {
  readonly inputs: readonly { readonly name: string; readonly shape: Shape; readonly dtype: DType }[];
  /** Its inputs, in the structure in which the model takes them. */
  readonly pack: (inputs: readonly unknown[]) => unknown;
  /** Names of the outputs by place; empty where the model has none. */
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

/**
 * How a model is called: from its graph, from what is given, or from the shape on which it was built.
 *
 * @throws {BuildError} when nothing tells the shapes of its inputs.
 */
export function signatureOf(
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
      pack: (values) => tree.packSequenceAs(graph.inputStructure, values),
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
    inputs: signature.map(({ shape, dtype = model.inputDtype, name }, i) => {
      const label = name ?? (signature.length === 1 ? "input" : `input_${i}`);
      return { name: label, dtype, shape: symbolicShape(shape, label, batchSize) };
    }),
    pack: (values) =>
      graph ? tree.packSequenceAs(graph.inputStructure, values) : values.length === 1 ? values[0] : values,
    outputNames: graph ? outputNames(graph.outputStructure) : [],
  };
}

/** Outputs are called by their keys, else by the layers that make them. */
function outputNames(structure: unknown): string[] {
  if (tree.isNested(structure) && !Array.isArray(structure) && Object.values(structure).every(isKerasTensor))
    return Object.keys(structure);
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
