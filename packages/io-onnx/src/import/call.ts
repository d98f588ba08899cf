import { dim, normalizeAxis, UnsupportedError, type Dim, type Tensor } from "@keras/ops";
import type { AttributeProto, GraphProto, NodeProto } from "@keras/lowering-onnx";
import { tensorData } from "./tensor-data.ts";
import { asValue, Value, type Known } from "./value.ts";

/** Values, or lists of them. */
export type Item = Value | readonly Value[] | null;

/** Runs a graph inside another: names that it does not define are looked up outside. */
export type RunBody = (body: GraphProto, inputs: readonly Item[]) => readonly Item[];

/** One application of an operator. */
export class Call {
  readonly node: NodeProto;
  /** Version of the operator set. */
  readonly opset: number;
  readonly inputs: readonly Item[];
  readonly run: RunBody;
  private readonly attributes: ReadonlyMap<string, AttributeProto>;

  constructor(
    node: NodeProto,
    opset: number,
    inputs: readonly Item[],
    attributes: ReadonlyMap<string, AttributeProto>,
    run: RunBody,
  ) {
    this.node = node;
    this.opset = opset;
    this.inputs = inputs;
    this.run = run;
    this.attributes = attributes;
  }

  /** An operand. @throws {UnsupportedError} where it is missing. */
  value(i: number): Value {
    const found = this.optional(i);
    if (!found) throw new UnsupportedError(`operand ${i} is missing`);
    return found;
  }
  optional(i: number): Value | null {
    const item = this.inputs[i] ?? null;
    if (Array.isArray(item)) throw new UnsupportedError(`operand ${i} is a sequence`);
    return item as Value | null;
  }
  tensor(i: number): Tensor {
    return this.value(i).tensor;
  }
  maybe(i: number): Tensor | null {
    return this.optional(i)?.tensor ?? null;
  }
  get tensors(): Tensor[] {
    return this.inputs.map((_, i) => this.tensor(i));
  }

  /** Numbers that must be known, such as axes and shapes. */
  numbers(i: number): readonly Dim[] | null {
    const value = this.optional(i);
    if (!value) return null;
    const known = value.known();
    if (!known) throw new UnsupportedError(`operand ${i} must be known beforehand, but depends on data`);
    return known.map((n: Known) => (typeof n === "boolean" ? Number(n) : n));
  }
  /** As {@link numbers}, without symbolic sizes. */
  fixed(i: number): readonly number[] | null {
    const all = this.numbers(i);
    if (all?.some((n) => !dim.isStatic(n))) throw new UnsupportedError(`operand ${i} must not depend on unknown sizes`);
    return all as readonly number[] | null;
  }

  has(name: string): boolean {
    return this.attributes.has(name);
  }
  int(name: string): number | undefined;
  int(name: string, fallback: number): number;
  int(name: string, fallback?: number): number | undefined {
    const i = this.attributes.get(name)?.i;
    return i === undefined ? (this.has(name) ? 0 : fallback) : Number(i);
  }
  float(name: string, fallback: number): number {
    const a = this.attributes.get(name);
    return a ? (a.f ?? 0) : fallback;
  }
  ints(name: string): readonly number[] | null {
    return this.attributes.get(name)?.ints?.map(Number) ?? (this.has(name) ? [] : null);
  }
  floats(name: string): readonly number[] | null {
    return this.attributes.get(name)?.floats ?? null;
  }
  text(name: string, fallback: string): string {
    const s = this.attributes.get(name)?.s;
    return s ? new TextDecoder().decode(s) : fallback;
  }
  texts(name: string): readonly string[] | null {
    return this.attributes.get(name)?.strings?.map((s) => new TextDecoder().decode(s)) ?? null;
  }
  body(name: string): GraphProto {
    const g = this.attributes.get(name)?.g;
    if (!g) throw new UnsupportedError(`the attribute '${name}' is missing`);
    return g;
  }
  constant(name: string): Value | null {
    const t = this.attributes.get(name)?.t;
    return t ? Value.constant(tensorData(t)) : null;
  }

  axis(name: string, fallback: number, rank: number): number {
    return normalizeAxis(this.int(name, fallback), rank, this.node.opType);
  }
  /** Axes as an attribute in old operator sets, as an operand in new ones; null for none given. */
  axes(operand: number, rank: number): readonly number[] | null {
    const given = this.ints("axes") ?? this.fixed(operand);
    return given?.map((a) => normalizeAxis(a, rank, this.node.opType)) ?? null;
  }
}

/** How an operator is computed. */
export type Operator = (call: Call) => Tensor | Value | readonly (Tensor | Item)[];

export type OperatorTable = Readonly<Record<string, Operator>>;

export const items = (result: ReturnType<Operator>): readonly Item[] =>
  (Array.isArray(result) ? (result as readonly (Tensor | Item)[]) : [result as Tensor | Value]).map((x) =>
    x === null || Array.isArray(x) ? (x as Item) : asValue(x as Tensor | Value),
  );
