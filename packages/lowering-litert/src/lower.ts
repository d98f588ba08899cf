import {
  UnsupportedError,
  type Attrs,
  type DType,
  type Graph,
  type GraphInput,
  type GraphValue,
  type NDArray,
  type OpDef,
  type Spec,
} from "@keras/ops";
import { Emitter, storageOf, type Val, type WeightType } from "./emit/emitter.ts";
import { ModelBuilder } from "./emit/model.ts";
import { EMITTERS } from "./table.ts";

/** A function of a LiteRT model. */
export interface LiteRtFunction {
  /** Key of its signature, such as `serving_default`. */
  readonly key: string;
  readonly graph: Graph;
  /** Names of the arguments, in order. */
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Data of the other inputs: weights and constants. */
  readonly data: ReadonlyMap<GraphInput, NDArray>;
}

/** How graphs are lowered to LiteRT. */
export interface LowerOptions {
  readonly description?: string | undefined;
  /** How weights are stored: `float16` halves them, `int8` quarters them, with a scale per channel. Computation is in single precision. Default `float32`. */
  readonly weights?: WeightType | undefined;
}

/** A LiteRT model. */
export interface LiteRtModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How often each operator occurs. */
  readonly ops: Readonly<Record<string, number>>;
}

const emitterOf = (name: string): (typeof EMITTERS)[string] | undefined =>
  Object.hasOwn(EMITTERS, name) ? EMITTERS[name] : undefined;

/** Whether {@link lowerToLiteRt} can emit an op for inputs of these shapes and dtypes with these attributes. */
export function liteRtSupports(op: OpDef, inputs: readonly Spec[], attrs: Attrs): boolean {
  const emitter = emitterOf(op.name);
  if (!emitter || !inputs.every((x) => storageOf(x.dtype) !== null)) return false;
  const { dtype } = attrs as { dtype?: unknown };
  if (typeof dtype === "string" && storageOf(dtype as DType) === null) return false;
  return emitter.supports?.(inputs, attrs) ?? true;
}

function emitGraph(e: Emitter, graph: Graph, inputs: readonly Val[]): readonly Val[] {
  const values = new Map<GraphValue, Val>(graph.inputs.map((input, i) => [input.value, inputs[i]!]));
  for (const node of graph.nodes) {
    const emitter = emitterOf(node.op.name);
    if (!emitter)
      throw new UnsupportedError("LiteRT has no equivalent of this op: decompose it", {
        op: node.op.name,
        layer: node.path || undefined,
      });
    const outer = e.scope;
    e.scope = node.path === "" ? node.op.name : `${node.path}/${node.op.name}`;
    const emitted = emitter.emit(
      e,
      node,
      node.inputs.map((x) => values.get(x)!),
    );
    const results = (Array.isArray(emitted) ? emitted : [emitted]) as readonly Val[];
    node.outputs.forEach((output, i) => values.set(output, results[i]!));
    e.scope = outer;
  }
  return graph.outputs.map((output) => values.get(output)!);
}

/** A weight that becomes a tensor only where it is used as it is: matrices and kernels are turned around first. */
function lazily(e: Emitter, { values, shape, dtype }: NDArray, name: string): Val {
  let made: Val | undefined;
  const plain = values instanceof Float32Array ? values : undefined;
  return {
    dtype: storageOf(dtype)!,
    shape,
    data: plain,
    get tensor(): number {
      return (made ??= e.data(values, shape, dtype, name)).tensor;
    },
  };
}

/**
 * Lowers graphs to one LiteRT model (a TensorFlow Lite FlatBuffer), each as a function with a signature. All their ops must be supported
 * ({@link liteRtSupports}). Unknown sizes stay free; half and double precision are computed in single precision.
 *
 * @throws {UnsupportedError} on an op or type that LiteRT does not have.
 */
export function lowerToLiteRt(functions: readonly LiteRtFunction[], options: LowerOptions = {}): LiteRtModel {
  const model = new ModelBuilder();
  // Functions come first: loaders take the first subgraph for the main one.
  const emitters = functions.map((fn) => new Emitter(model, fn.key, options.weights ?? "float32", emitGraph));
  functions.forEach((fn, f) => {
    const e = emitters[f]!;
    let next = 0;
    const inputs = fn.graph.inputs.map((input): Val => {
      const data = fn.data.get(input);
      if (data) return lazily(e, data, input.name);
      const { dtype, shape } = input.value;
      return e.parameter(fn.inputNames[next++] ?? input.name, { dtype: storageOf(dtype)!, shape });
    });
    const outputs = e.finish(emitGraph(e, fn.graph, inputs));
    const taken = inputs.filter((_, i) => !fn.data.has(fn.graph.inputs[i]!));
    model.signatures.push({
      key: fn.key,
      subgraph: e.index,
      inputs: taken.map((x, i) => ({ name: fn.inputNames[i] ?? `input_${i}`, tensor: x.tensor })),
      outputs: outputs.map((y, i) => ({ name: fn.outputNames[i] ?? `output_${i}`, tensor: y.tensor })),
    });
  });
  return { bytes: model.write(options.description ?? "keras"), ops: Object.fromEntries(model.counts) };
}
