import type { Dim, Graph, NDArray } from "@keras/ops";
import type { ArgDef, AttrMap, FunctionDef, NodeDef } from "../proto/messages.ts";
import { DATA_TYPE } from "../proto/types.ts";
import { attributesKey, attrValue, shapeProto, type Attributes } from "./attributes.ts";
import { Emitter, type EmitBody, type Operand, type Result, type Target } from "./emitter.ts";
import { opSignature } from "./op-signatures.ts";
import { Symbols } from "./symbols.ts";
import { tensorProto } from "./tensors.ts";
import { completeAttributes, flatOperands } from "./type-attributes.ts";
import type { Val } from "./value.ts";

/** Emits the nodes of a graph whose inputs have values; gives the values of its outputs. */
export type EmitGraph = (e: Emitter, graph: Graph, inputs: readonly Val[]) => readonly Val[];

/** What the functions of one program share. */
export interface Program {
  readonly target: Target;
  readonly emitGraph: EmitGraph;
  readonly functions: FunctionDef[];
  readonly names: Set<string>;
}

/** A name that is not among those taken, which it joins. */
export function uniqueName(taken: Set<string>, base: string): string {
  let name = base;
  for (let i = 1; taken.has(name); i++) name = `${base}_${i}`;
  taken.add(name);
  return name;
}

/** TensorFlow's rules for names of nodes. */
const nodeName = (text: string): string => text.replaceAll(/[^\w./-]/g, "_").replace(/^[^A-Za-z0-9.]/, "n$&");

/** TensorFlow's rules for names of arguments. */
export const argumentName = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]/g, "_")
    .replace(/^[^a-z]/, "x$&");

/** Collects the nodes of one function. Equal nodes are emitted once. */
export class FunctionEmitter extends Emitter {
  private readonly program: Program;
  private readonly parent: FunctionEmitter | null;
  private readonly symbols: Symbols | null;
  private readonly nodes: NodeDef[] = [];
  private readonly names = new Set<string>();
  private readonly memo = new Map<string, readonly Val[]>();
  private readonly args: { readonly def: ArgDef; readonly value: Val }[] = [];
  /** Values of the functions around this one that it uses, by their names there. */
  private readonly captured = new Map<string, { readonly outer: Val; readonly inner: Val }>();
  private readonly copies = new Map<NDArray, Val>();
  /** Nodes that must run although no result depends on them. */
  private readonly effects: string[] = [];

  constructor(program: Program, parent: FunctionEmitter | null = null) {
    super(program.target);
    this.program = program;
    this.parent = parent;
    this.symbols = parent ? null : new Symbols();
    this.scope = parent?.scope ?? "";
  }

  /** Declares an argument. */
  argument(base: string, { dtype, shape }: Result, holds?: Result): Val {
    const name = uniqueName(this.names, argumentName(base));
    const handleData = holds && [{ dtype: DATA_TYPE[holds.dtype], shape: shapeProto(holds.shape) }];
    const value: Val = { dtype, shape, ref: name, owner: this };
    this.args.push({ def: { name, type: DATA_TYPE[dtype], handleData }, value });
    this.symbols?.bind(value);
    return value;
  }

  override graph(graph: Graph, inputs: readonly Val[]): readonly Val[] {
    return this.program.emitGraph(this, graph, inputs);
  }

  override size(d: Dim): Val {
    return this.symbols ? this.symbols.size(this, d) : this.parent!.size(d);
  }

  protected override store(data: NDArray): string {
    const attributes: Attributes = { dtype: { type: data.dtype }, value: { tensor: tensorProto(data) } };
    return `${this.node("Const", [], attributes)}:output:0`;
  }

  override ops(op: string, inputs: readonly Operand[], given: Attributes, results: readonly Result[]): readonly Val[] {
    const attributes = completeAttributes(op, inputs, given, results);
    const refs = flatOperands(inputs).map((x) => this.use(x));
    const detail = attributesKey(attributes);
    const key = detail === null ? null : `${op}(${refs.join()})${detail}`;
    const known = key === null ? undefined : this.memo.get(key);
    if (known) return known;
    const name = this.node(op, refs, attributes);
    const { outputs } = opSignature(op);
    const isList = outputs[0]!.numberAttr !== null;
    const values = results.map(({ dtype, shape }, i): Val => ({
      dtype,
      shape,
      ref: isList ? `${name}:${outputs[0]!.name}:${i}` : `${name}:${outputs[i]!.name}:0`,
      owner: this,
    }));
    if (key !== null) this.memo.set(key, values);
    return values;
  }

  /** Gives a variable a new value, once its old one has been read. */
  assign(handle: Val, value: Val, read: Val | null): void {
    const operands = [this.use(handle), this.use(value)];
    if (read) operands.push(`^${this.use(read).replace(/:.*$/, "")}`);
    this.effects.push(this.node("AssignVariableOp", operands, { dtype: { type: value.dtype } }));
  }

  /** The name of a value here: what belongs to a function around this one becomes an argument, constants are copied. */
  private use(value: Val): string {
    if (value.owner === this) return value.ref as string;
    if (value.data) {
      let copy = this.copies.get(value.data);
      if (!copy)
        this.copies.set(value.data, (copy = this.data(value.data.values, value.shape as number[], value.data.dtype)));
      return copy.ref as string;
    }
    const ref = this.parent!.use(value);
    let capture = this.captured.get(ref);
    if (!capture) {
      const name = uniqueName(this.names, "captured");
      const inner: Val = { dtype: value.dtype, shape: value.shape, ref: name, owner: this };
      const outer: Val = { ...inner, ref, owner: this.parent! };
      this.captured.set(ref, (capture = { outer, inner }));
    }
    return capture.inner.ref as string;
  }

  private node(op: string, input: readonly string[], attributes: Attributes): string {
    const name = uniqueName(this.names, nodeName(this.scope === "" ? op : `${this.scope}/${op}`));
    const attr: AttrMap = Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, attrValue(value)]));
    this.nodes.push({ name, op, input, attr });
    return name;
  }

  /** Finishes a function with these results; `captures` are arguments behind its own, by their names outside. */
  finish(
    base: string,
    results: readonly (readonly [name: string, value: Val])[],
    captures: readonly Val[] = [],
  ): FunctionDef {
    const ret: Record<string, string> = {};
    const taken = new Set<string>();
    const outputArg = results.map(([wanted, value]): ArgDef => {
      const name = uniqueName(taken, argumentName(wanted));
      ret[name] = `${this.node("Identity", [this.use(value)], { T: { type: value.dtype } })}:output:0`;
      return { name, type: DATA_TYPE[value.dtype] };
    });
    const extra = captures.map(({ ref, dtype }): ArgDef => {
      const name =
        (this.captured.get(ref as string)?.inner.ref as string | undefined) ?? uniqueName(this.names, "unused");
      return { name, type: DATA_TYPE[dtype] };
    });
    const isStateful = this.args.some(({ value }) => value.dtype === "resource");
    const definition: FunctionDef = {
      signature: {
        name: uniqueName(this.program.names, base),
        inputArg: [...this.args.map((a) => a.def), ...extra],
        outputArg,
        isStateful: isStateful || undefined,
        controlOutput: this.effects,
      },
      attr: this.parent
        ? {}
        : { _input_shapes: { list: { shape: this.args.map(({ value }) => shapeProto(value.shape)) } } },
      nodeDef: this.nodes,
      ret,
      controlRet: Object.fromEntries(this.effects.map((name) => [name, name])),
    };
    this.program.functions.push(definition);
    return definition;
  }

  /** What any of the bodies uses from outside, each once. */
  private capturesOf(bodies: readonly FunctionEmitter[]): readonly Val[] {
    const all = new Map<string, Val>();
    for (const body of bodies) for (const [ref, { outer }] of body.captured) all.set(ref, outer);
    return [...all.values()];
  }

  /** The results of a node whose outputs are one list. */
  private listed(name: string, results: readonly Result[]): readonly Val[] {
    return results.map(({ dtype, shape }, i): Val => ({ dtype, shape, ref: `${name}:output:${i}`, owner: this }));
  }

  override conditional(
    condition: Val,
    operands: readonly Val[],
    results: readonly Result[],
    whenTrue: EmitBody,
    whenFalse: EmitBody,
  ): readonly Val[] {
    const bodies = [whenTrue, whenFalse].map((emit) => {
      const body = new FunctionEmitter(this.program, this);
      return { body, values: emit(body, operands).map((v) => body.settle(v)) };
    });
    const captures = this.capturesOf(bodies.map((b) => b.body));
    const [yes, no] = bodies.map(({ body, values }) =>
      body.finish(
        `${functionName(this.scope)}_branch`,
        values.map((v) => ["output", v]),
        captures,
      ),
    );
    const name = this.node("StatelessIf", [this.use(condition), ...captures.map((c) => c.ref as string)], {
      Tcond: { type: "bool" },
      Tin: { types: captures.map((c) => c.dtype) },
      Tout: { types: results.map((r) => r.dtype) },
      then_branch: { function: yes!.signature.name },
      else_branch: { function: no!.signature.name },
    });
    return this.listed(name, results);
  }

  /**
   * TensorFlow differentiates loops whose first two values count steps and limit them, as those of `tf.while_loop` do; the limit is only a
   * size for what has to be kept, and -1 leaves it open.
   */
  override loop(
    carried: readonly Val[],
    condition: (e: Emitter, inputs: readonly Val[]) => Val,
    emitBody: EmitBody,
  ): readonly Val[] {
    const [count, limit] = [this.scalar(0, "int32"), this.scalar(-1, "int32")];
    const results = this.plainLoop(
      [count, limit, ...carried],
      (e, [, , ...rest]) => condition(e, rest),
      (e, [step, most, ...rest]) => [
        e.op("AddV2", [step!, e.scalar(1, "int32")], {}, { dtype: "int32", shape: [] }),
        most!,
        ...emitBody(e, rest),
      ],
    );
    return results.slice(2);
  }

  private plainLoop(
    carried: readonly Val[],
    condition: (e: Emitter, inputs: readonly Val[]) => Val,
    emitBody: EmitBody,
  ): readonly Val[] {
    const [test, body] = [new FunctionEmitter(this.program, this), new FunctionEmitter(this.program, this)];
    const again = test.settle(
      condition(
        test,
        carried.map((c) => test.argument("carry", c)),
      ),
    );
    const next = emitBody(
      body,
      carried.map((c) => body.argument("carry", c)),
    ).map((v) => body.settle(v));
    const captures = this.capturesOf([test, body]);
    const kept = captures.map((c): Val => body.inner(c));
    const base = functionName(this.scope);
    const testFunction = test.finish(`${base}_cond`, [["again", again]], captures);
    const bodyFunction = body.finish(
      `${base}_body`,
      [...next, ...kept].map((v) => ["output", v]),
      captures,
    );
    const inputs = [...carried.map((c) => this.use(c)), ...captures.map((c) => c.ref as string)];
    const name = this.node("StatelessWhile", inputs, {
      T: { types: [...carried, ...captures].map((v) => v.dtype) },
      cond: { function: testFunction.signature.name },
      body: { function: bodyFunction.signature.name },
    });
    return this.listed(name, carried);
  }

  /** A value under a name here, whoever owns it. */
  private settle(value: Val): Val {
    return { dtype: value.dtype, shape: value.shape, ref: this.use(value), owner: this };
  }

  /** The argument by which a value from outside comes in. */
  private inner(outer: Val): Val {
    return this.settle({ ...outer, owner: this.parent!, data: undefined });
  }
}

const functionName = (scope: string): string => scope.replaceAll(/\W/g, "_") || "function";
