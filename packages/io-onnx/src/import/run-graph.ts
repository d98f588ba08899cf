import { KerasError, UnsupportedError } from "@keras/ops";
import type { AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto } from "@keras/lowering-onnx";
import { Call, items, type Item } from "./call.ts";
import { OPERATORS } from "./operators/table.ts";
import { ofSizes } from "./sizes.ts";
import { tensorData, type ExternalFiles } from "./tensor-data.ts";
import { Value } from "./value.ts";

/** What every graph of a model shares. */
export interface ModelContext {
  readonly functions: ReadonlyMap<string, FunctionProto>;
  readonly opsets: ReadonlyMap<string, number>;
  readonly external: ExternalFiles | undefined;
}

export function contextOf(model: ModelProto, external?: ExternalFiles): ModelContext {
  return {
    functions: new Map((model.functions ?? []).map((f) => [`${f.domain ?? ""}:${f.name}`, f])),
    opsets: opsetsOf(model.opsetImport),
    external,
  };
}

const opsetsOf = (imports: ModelProto["opsetImport"]): Map<string, number> =>
  new Map((imports ?? []).map((o) => [standardDomain(o.domain), Number(o.version)]));

const standardDomain = (domain: string | undefined): string =>
  domain === "ai.onnx" || domain === undefined ? "" : domain;

type Scope = Map<string, Item>;

/** Computes a graph's outputs of its inputs, in order; `weights` are its initializers where they were made before. */
export function runGraph(
  context: ModelContext,
  graph: GraphProto,
  inputs: readonly Item[],
  weights: ReadonlyMap<string, Value> = new Map(),
  outer?: Scope,
): readonly Item[] {
  const scope: Scope = new Map(outer);
  for (const tensor of graph.initializer ?? [])
    scope.set(tensor.name!, weights.get(tensor.name!) ?? Value.constant(tensorData(tensor, context.external)));
  (graph.input ?? []).forEach((input, i) => {
    if (i < inputs.length) scope.set(input.name, inputs[i]!);
  });
  runNodes(context, graph.node ?? [], scope, new Map());
  return graph.output.map((o) => read(scope, o.name));
}

function read(scope: Scope, name: string): Item {
  if (name === "") return null;
  const item = scope.get(name);
  if (item === undefined) throw new UnsupportedError(`the value '${name}' is used before it is computed`);
  return item;
}

function runNodes(
  context: ModelContext,
  nodes: readonly NodeProto[],
  scope: Scope,
  given: ReadonlyMap<string, AttributeProto>,
): void {
  for (const node of nodes) {
    const results = runNode(context, node, scope, given);
    (node.output ?? []).forEach((name, i) => {
      if (name !== "") scope.set(name, results[i] ?? null);
    });
  }
}

function runNode(
  context: ModelContext,
  node: NodeProto,
  scope: Scope,
  given: ReadonlyMap<string, AttributeProto>,
): readonly Item[] {
  const domain = standardDomain(node.domain);
  const inputs = (node.input ?? []).map((name) => read(scope, name));
  const own = attributesOf(node, given);
  const custom = context.functions.get(`${domain}:${node.opType}`);
  if (custom) return runFunction(context, custom, inputs, own);
  const name = domain === "" ? node.opType : `${domain}:${node.opType}`;
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  const place = { op: name, layer: node.name || undefined };
  if (!operator) throw new UnsupportedError(`the ONNX operator '${name}' is not known here`, place);
  const call = new Call(node, context.opsets.get(domain) ?? 1, inputs, own, (body, values) =>
    runGraph(context, body, values, undefined, scope),
  );
  try {
    const sizes = ofSizes(call);
    return sizes ? [sizes] : items(operator(call));
  } catch (cause) {
    if (cause instanceof KerasError && !cause.message.includes("node '"))
      throw new UnsupportedError(
        `the node '${node.name || node.output?.[0] || name}' cannot be computed: ${cause.message}`,
        { ...place, cause },
      );
    throw cause;
  }
}

/** Attributes of a node; in a function's body some stand for those of the call. */
function attributesOf(node: NodeProto, given: ReadonlyMap<string, AttributeProto>): Map<string, AttributeProto> {
  const own = new Map<string, AttributeProto>();
  for (const attribute of node.attribute ?? []) {
    const reference = attribute.refAttrName;
    if (!reference) own.set(attribute.name, attribute);
    else if (given.has(reference)) own.set(attribute.name, given.get(reference)!);
  }
  return own;
}

function runFunction(
  context: ModelContext,
  fn: FunctionProto,
  inputs: readonly Item[],
  given: ReadonlyMap<string, AttributeProto>,
): readonly Item[] {
  const scope: Scope = new Map((fn.input ?? []).map((name, i) => [name, inputs[i] ?? null]));
  const defaults = new Map((fn.attributeProto ?? []).map((a) => [a.name, a]));
  const inner = { ...context, opsets: opsetsOf(fn.opsetImport) };
  runNodes(inner, fn.node ?? [], scope, new Map([...defaults, ...given]));
  return fn.output.map((name) => read(scope, name));
}
