import type { Dim } from "../dim.ts";
import type { NDArray } from "../ndarray.ts";
import type { Attrs } from "../op.ts";
import { nextId } from "../runtime.ts";
import type { Graph, GraphValue } from "../trace/graph.ts";

/** A bit-exact string of an attribute: NaN, infinities, −0 and bigints differ from everything else. */
function valueKey(v: unknown): string {
  if (typeof v === "number") return Object.is(v, -0) ? "-0" : String(v);
  if (typeof v === "string") return JSON.stringify(v);
  if (typeof v === "bigint") return `${v}n`;
  if (Array.isArray(v)) return `[${v.map(valueKey).join(",")}]`;
  if (typeof v === "object" && v !== null) {
    const kind = (v as { kind?: string }).kind;
    if (kind === "sym_dim") return `<${String((v as Dim & object).key)}>`;
    if (kind === "graph") return graphKey(v as Graph);
    if (kind === "ndarray") return arrayKey(v as NDArray);
    return attrsKey(v as Attrs);
  }
  return String(v);
}

const ids = new WeakMap<NDArray, number>();

/** Small arrays by their contents, large ones by identity: spelling those out would cost more than it saves. */
function arrayKey(a: NDArray): string {
  const spec = specKey(a);
  if (a.values.length <= 4096) return `${spec}:${Array.from(a.values as ArrayLike<unknown>, valueKey).join(",")}`;
  let id = ids.get(a);
  if (id === undefined) ids.set(a, (id = nextId()));
  return `${spec}#${id}`;
}

/** A bit-exact string of an op's attributes. */
export function attrsKey(attrs: Attrs): string {
  return `{${Object.keys(attrs)
    .sort()
    .map((k) => `${k}:${valueKey(attrs[k])}`)
    .join(",")}}`;
}

/** A bit-exact string of a graph's structure: equal for graphs that compute the same function of their inputs. */
export function graphKey(graph: Graph): string {
  const names = new Map<GraphValue, string>();
  graph.inputs.forEach(({ value }, i) => names.set(value, `i${i}`));
  graph.nodes.forEach((node, n) => node.outputs.forEach((value, i) => names.set(value, `n${n}.${i}`)));
  const inputs = graph.inputs.map(({ value }) => specKey(value)).join(";");
  const nodes = graph.nodes
    .map((n) => `${n.op.name}${attrsKey(n.attrs)}(${n.inputs.map((v) => names.get(v)).join(",")})`)
    .join(";");
  return `(${inputs}|${nodes}|${graph.outputs.map((v) => names.get(v)).join(",")})`;
}

/** `float32[2,3]`. */
export function specKey(spec: { readonly shape: readonly Dim[]; readonly dtype: string }): string {
  return `${spec.dtype}[${spec.shape.map(String).join(",")}]`;
}
