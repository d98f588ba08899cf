import type { DType, Graph, HostArray, Shape } from "@keras/ops";
import { ELEMENT } from "../proto/elements.ts";
import type { DimensionProto, GraphProto, NodeProto, TensorProto, ValueInfoProto } from "../proto/messages.ts";
import { attributeProto, attributesKey, type Attributes } from "./attributes.ts";
import { Symbols } from "./symbols.ts";
import { hostArray, tensorProto } from "./tensors.ts";
import type { Fill, Val } from "./value.ts";

/** A node before it is written. */
export interface OnnxNode {
  op: string;
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: Attributes;
  name: string;
}

/** What a node gives. */
export interface Result {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Choices of a lowering that emitters depend on. */
export interface Target {
  /** `runtime`: ONNX Runtime's own operators and its fastest formulations. `portable`: the standard's operators alone. */
  readonly target: "runtime" | "portable";
  readonly opset: number;
  /** How values of half types stand in the graph: as themselves, or as float32 rounded after each op. */
  readonly half: "native" | "emulated";
  /** Nodes that an unrolled `scan` may take. */
  readonly unroll: number;
}

/** Emits the nodes of a graph whose inputs have values; gives the values of its outputs. */
export type EmitGraph = (e: Emitter, graph: Graph, inputs: readonly Val[]) => readonly Val[];

/** State that the emitters of a model and of its subgraphs share. */
interface Model {
  readonly target: Target;
  readonly emitGraph: EmitGraph;
  readonly initializers: Map<string, TensorProto>;
  readonly constants: Map<string, Val>;
  readonly names: Map<string, number>;
  readonly symbols: Symbols;
  readonly domains: Set<string>;
}

/**
 * Collects the ONNX nodes of one graph. Equal nodes are emitted once, so emitters may ask for what they need without caring who
 * asked before: the columns of a convolution are shared with its kernel's gradient in this way.
 */
export class Emitter {
  readonly root: Emitter;
  readonly parent: Emitter | null;
  readonly nodes: OnnxNode[] = [];
  /** Prefix of the names of the nodes emitted now: the layer path and op they come from. */
  scope = "";
  private readonly memo = new Map<string, readonly Val[]>();
  private readonly model: Model;

  constructor(target: Target, emitGraph: EmitGraph, parent: Emitter | null = null) {
    this.parent = parent;
    this.root = parent?.root ?? this;
    this.model = parent?.model ?? {
      target,
      emitGraph,
      initializers: new Map(),
      constants: new Map(),
      names: new Map(),
      symbols: new Symbols(),
      domains: new Set(),
    };
    this.scope = parent?.scope ?? "";
  }

  get target(): Target {
    return this.model.target;
  }

  get isRuntime(): boolean {
    return this.model.target.target === "runtime";
  }

  /** How symbolic sizes are computed. */
  get symbols(): Symbols {
    return this.model.symbols;
  }

  get initializers(): Iterable<TensorProto> {
    return this.model.initializers.values();
  }

  /** Domains other than the standard one whose operators were used. */
  get domains(): ReadonlySet<string> {
    return this.model.domains;
  }

  /** An emitter for the body of a control-flow node; it sees all values of this one. */
  child(): Emitter {
    return new Emitter(this.target, this.model.emitGraph, this);
  }

  /** Emits a graph here, such as the body of a control-flow op. */
  graph(graph: Graph, inputs: readonly Val[]): readonly Val[] {
    return this.model.emitGraph(this, graph, inputs);
  }

  /** A name that nothing else in the model has. */
  unique(base: string): string {
    const { names } = this.model;
    const count = names.get(base);
    names.set(base, (count ?? 0) + 1);
    return count === undefined ? base : this.unique(`${base}_${count}`);
  }

  /** One node with one output. */
  op(op: string, inputs: readonly (Val | null)[], attributes: Attributes, result: Result, domain = ""): Val {
    return this.ops(op, inputs, attributes, [result], domain)[0]!;
  }

  /** One node. `null` leaves out an optional input. */
  ops(
    op: string,
    inputs: readonly (Val | null)[],
    attributes: Attributes,
    results: readonly Result[],
    domain = "",
  ): readonly Val[] {
    const names = inputs.map((x) => x?.name ?? "");
    while (names.at(-1) === "") names.pop();
    const detail = attributesKey(attributes);
    const key = detail === null ? null : `${domain}:${op}(${names.join()})${detail}>${results.length}`;
    const known = key === null ? undefined : this.find(key);
    if (known) return known;
    if (domain !== "") this.model.domains.add(domain);
    const name = this.unique(this.scope === "" ? op : `${this.scope}/${op}`);
    const outputs = results.map((_, i) => this.unique(i === 0 ? `${name}:0` : `${name}:${i}`));
    this.nodes.push({ op, domain, inputs: names, outputs, attributes, name });
    const values = results.map(({ dtype, shape }, i): Val => ({ dtype, shape, name: outputs[i]! }));
    if (key !== null) this.memo.set(key, values);
    return values;
  }

  /** The value of a node like this that was emitted before, if there is one. */
  known(op: string, inputs: readonly Val[], attributes: Attributes = {}): Val | undefined {
    return this.find(`:${op}(${inputs.map((x) => x.name).join()})${attributesKey(attributes)}>1`)?.[0];
  }

  private find(key: string): readonly Val[] | undefined {
    return this.memo.get(key) ?? this.parent?.find(key);
  }

  /** A value that is emitted only when its name is asked for. */
  lazy(
    result: Result,
    emit: () => Val,
    known: Partial<Pick<Val, "compact" | "fill" | "transposed" | "reshaped" | "steps">> = {},
  ): Val {
    let emitted: Val | undefined;
    // The nodes belong to this emitter even where a subgraph is the first to ask.
    const force = (): string => (emitted ??= emit()).name;
    return {
      dtype: result.dtype,
      shape: result.shape,
      ...known,
      get name() {
        return force();
      },
    };
  }

  /** Constant data; equal constants are stored once. */
  constant(numbers: readonly Fill[], shape: readonly number[], dtype: DType): Val {
    const parts = numbers.map((n) => (Object.is(n, -0) ? "-0" : String(n)));
    return this.stored(
      `${dtype}[${shape.join()}]${parts.join()}`,
      () => hostArray(numbers, dtype),
      shape,
      dtype,
      numbers,
    );
  }

  /** Constant data of any size. The array must not change before the model is written. */
  data(values: HostArray, shape: readonly number[], dtype: DType): Val {
    const small = values.length <= 1024 && typeof values[0] === "number";
    const numbers = small ? Array.from(values as ArrayLike<number>) : [];
    const key = small
      ? `data:${dtype}[${shape.join()}]${numbers.map((n) => (Object.is(n, -0) ? "-0" : n)).join()}`
      : null;
    return this.stored(key, () => values, shape, dtype, numbers);
  }

  private stored(
    key: string | null,
    values: () => HostArray,
    shape: readonly number[],
    dtype: DType,
    numbers: readonly Fill[],
  ): Val {
    const known = key === null ? undefined : this.model.constants.get(key);
    if (known) return known;
    const name = this.unique("constant");
    this.model.initializers.set(name, tensorProto(values(), shape, dtype, name));
    const value: Val = {
      dtype,
      shape,
      name,
      fill: shape.length === 0 ? numbers[0] : undefined,
      range: rangeOf(numbers),
    };
    if (key !== null) this.model.constants.set(key, value);
    return value;
  }

  scalar(value: Fill, dtype: DType): Val {
    return this.constant([value], [], dtype);
  }

  /** A vector of 64-bit integers, as ONNX wants its axes, pads and shapes. */
  int64(values: readonly (number | bigint)[]): Val {
    return this.constant(values, [values.length], "int64");
  }

  /** Adds a named initializer, such as a frozen weight. */
  initializer(tensor: TensorProto): void {
    this.model.initializers.set(tensor.name!, tensor);
  }

  /** The body of a control-flow node with what was emitted here. */
  graphProto(name: string, inputs: readonly ValueInfoProto[], outputs: readonly ValueInfoProto[]): GraphProto {
    return { name, node: this.nodes.map(nodeProto), input: [...inputs], output: [...outputs] };
  }
}

function rangeOf(numbers: readonly Fill[]): readonly [number, number] | undefined {
  if (numbers.length === 0 || !numbers.every(Number.isInteger)) return undefined;
  const values = numbers as readonly number[];
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

export function nodeProto(node: OnnxNode): NodeProto {
  return {
    input: node.inputs,
    output: node.outputs,
    name: node.name,
    opType: node.op,
    domain: node.domain === "" ? undefined : node.domain,
    attribute: Object.entries(node.attributes).map(([name, value]) => attributeProto(name, value)),
  };
}

/** A declared input or output. Symbolic sizes are given by name. */
export function valueInfo(name: string, dtype: DType, shape: Shape): ValueInfoProto {
  const dims = shape.map((d): DimensionProto => (typeof d === "number" ? { dimValue: d } : { dimParam: d.key }));
  return { name, type: { tensorType: { elemType: ELEMENT[dtype], shape: { dim: dims } } } };
}
