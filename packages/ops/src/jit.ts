import { specKey } from "./execution/attrs-key.ts";
import { LruMap } from "./execution/lru.ts";
import { CompiledGraph, type RunOptions } from "./execution/run-graph.ts";
import type { CompiledCaller } from "./autodiff/tape.ts";
import type { Backend } from "./backend.ts";
import { toTensor } from "./convert.ts";
import { ArgumentError } from "./errors.ts";
import { activeBackend, type Sync } from "./registry.ts";
import { nextId, runtime } from "./runtime.ts";
import { isTensor, Tensor } from "./tensor.ts";
import { traceFunction } from "./trace/trace.ts";
import { flatten, packSequenceAs, type Tree } from "./tree/structure.ts";
import { isVariable, type Variable } from "./variable.ts";

export interface JitOptions {
  /** Compiled variants kept per function, one per signature. Default 32. */
  readonly cacheSize?: number | undefined;
}

/** One compiled variant of a function. */
interface Compiled {
  readonly code: CompiledGraph;
  /** Variables that were read, with the `trainable` they had: a change means another graph. */
  readonly guards: readonly (readonly [variable: Variable, trainable: boolean])[];
  readonly written: readonly Variable[];
  /** The returned tree: tensors stand where outputs go. */
  readonly template: unknown;
  readonly results: number;
}

const isArray = (x: unknown): boolean =>
  ArrayBuffer.isView(x) || (typeof x === "object" && x !== null && (x as { kind?: string }).kind === "ndarray");

/** Whether a leaf of the arguments is data; everything else is part of the signature. */
const isData = (x: unknown): boolean => isTensor(x) || isArray(x);

const identities = new WeakMap<object, number>();

function staticKey(x: unknown): string {
  if ((typeof x !== "object" && typeof x !== "function") || x === null)
    return `${typeof x}:${Object.is(x, -0) ? "-0" : String(x)}`;
  let id = identities.get(x);
  if (id === undefined) identities.set(x, (id = nextId()));
  return `#${id}`;
}

/** Settings that change what a traced function records. */
function configKey(backend: Backend): string {
  const { config, autocast } = runtime();
  return `${backend.name}|${config.floatx}|${config.epsilon}|${config.imageDataFormat}|${config.wide}|${autocast ?? ""}`;
}

/**
 * A compiled version of a function: traced once per signature (shapes and dtypes of its tensors, everything else by value), then run as
 * one graph. Variables that it reads and assigns are its state. The call returns at once; results are computed behind it. Where gradients
 * are taken of it, it is one op: its gradient is another compiled graph.
 *
 * @param fn - Synchronous. Arguments and result may be trees of tensors; numbers, strings and other leaves are fixed per signature.
 * @throws {ArgumentError} when `fn` returns a promise.
 *
 * @example
 * ```ts
 * import { ops, Variable } from "keras";
 * const count = new Variable(0);
 * const step = ops.jit((x: ops.Tensor) => {
 *   count.assignAdd(1);
 *   return ops.multiply(x, 2);
 * });
 * console.log(await step(ops.array([1, 2])).array(), await count.value.item()); // [2, 4] 1
 * ```
 */
export function jit<Args extends readonly unknown[], R>(
  fn: (...args: Args) => Sync<R>,
  options: JitOptions = {},
): (...args: Args) => R {
  const cache = new LruMap<string, Compiled>(options.cacheSize ?? 32, dispose);
  return (...args) => {
    const { trace, overlay, tapes } = runtime();
    const caller = tapes.find((tape) => tape.caller)?.caller ?? null;
    // Within a trace it is part of what is traced; where reads and writes go elsewhere, they must go there each time.
    if (trace || overlay || (tapes.length > 0 && !caller)) return fn(...args);
    const backend = activeBackend();
    const leaves = flatten(args as unknown as Tree<unknown>);
    const own: Tensor[] = [];
    const data = leaves.filter(isData).map((x) => {
      if (isTensor(x)) return x;
      const made = toTensor(x as never);
      if (!caller) own.push(made);
      return made;
    });
    let at = 0;
    const key = `${configKey(backend)}|${structureKey(args)}|${leaves.map((x) => (isData(x) ? specKey(data[at++]!) : staticKey(x))).join(";")}`;
    let compiled = cache.get(key);
    if (compiled && !compiled.guards.every(([v, trainable]) => v.trainable === trainable)) compiled = undefined;
    if (!compiled) {
      compiled = compile(backend, fn as unknown as (...args: unknown[]) => unknown, args, leaves, data);
      cache.set(key, compiled);
    }
    try {
      return run(compiled, data, caller, () => cache.delete(key)) as R;
    } finally {
      for (const x of own) x.dispose();
    }
  };
}

function structureKey(x: unknown): string {
  if (Array.isArray(x)) return `[${x.map(structureKey).join(",")}]`;
  if (typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype) {
    return `{${Object.keys(x)
      .sort()
      .map((k) => `${k}:${structureKey((x as Record<string, unknown>)[k])}`)
      .join(",")}}`;
  }
  return "*";
}

function dispose({ code }: Compiled): void {
  code.dispose();
}

function compile(
  backend: Backend,
  fn: (...args: unknown[]) => unknown,
  args: unknown,
  leaves: readonly unknown[],
  data: readonly Tensor[],
): Compiled {
  const isResult = (x: unknown): boolean => isTensor(x) || isVariable(x);
  const traced = traceFunction(
    (...tracers) => {
      let at = 0;
      const filled = packSequenceAs(
        args,
        leaves.map((x) => (isData(x) ? tracers[at++]! : x)),
      ) as unknown[];
      const result = fn(...filled);
      if (result instanceof Promise)
        throw new ArgumentError("jit takes a synchronous function: this one returned a promise");
      return result;
    },
    data,
    (result) =>
      flatten(result as Tree<unknown>)
        .filter(isResult)
        .map((x) => (isVariable(x) ? x.value : (x as Tensor))),
  );
  const written = [...traced.trace.writes.keys()];
  const guards = traced.graph.inputs.flatMap((i) =>
    i.role === "variable" ? [[i.variable, i.variable.trainable] as const] : [],
  );
  const template = packSequenceAs(
    traced.result,
    flatten(traced.result as Tree<unknown>).map((x) => (isResult(x) ? OUTPUT : x)),
  );
  return {
    code: new CompiledGraph(traced.graph, backend),
    guards,
    written,
    template,
    results: traced.graph.outputs.length - written.length,
  };
}

/** Marks the place of an output in the returned tree. */
const OUTPUT: unique symbol = Symbol("output");

function run(
  { code, written, results, template }: Compiled,
  data: readonly Tensor[],
  caller: CompiledCaller | null,
  failed: () => void,
): unknown {
  let at = 0;
  const operands = code.graph.inputs.map((input) => {
    if (input.role === "argument") return data[at++]!;
    return input.role === "variable" ? read(input.variable) : input.tensor;
  });
  const before = written.map((v) => v.held().memory());
  const rollback = (tensors: readonly Tensor[]): void => {
    failed();
    written.forEach((v, i) => {
      if (v.current?.storage === tensors[results + i]!.storage)
        v.rebind(new Tensor(v.shape, v.dtype, before[i]!.retain()));
    });
  };
  const options: RunOptions = { failed: rollback, held: before };
  const tensors = caller ? caller(code, operands, options) : code.run(operands, options);
  written.forEach((v, i) => {
    v.rebind(tensors[results + i]!);
    for (const tape of runtime().tapes) tape.sawWrite(v);
  });
  let next = 0;
  return packSequenceAs(
    template,
    flatten(template as Tree<unknown>).map((x) => (x === OUTPUT ? tensors[next++]! : x)),
  );
}

/** What a Variable holds, seen by the tapes. */
function read(variable: Variable): Tensor {
  const held = variable.held();
  for (const tape of runtime().tapes) tape.sawRead(variable, held);
  return held;
}
