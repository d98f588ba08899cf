import { sizeOf, type Graph, type GraphNode, type GraphValue } from "@keras/ops";
import { contractionOf } from "./emit/dot.ts";
import type { EmitRule } from "./emit/emit.ts";
import { ruleOf } from "./rules.ts";

/** Most nodes that one shader computes. */
const MAX_GROUP = 120;
/** Ops that are as good as free wherever they are computed. */
const FREE: ReadonlySet<string> = new Set(["reshape", "transpose", "broadcast_to", "slice", "reverse", "iota", "full"]);
/** Ops that keep elements in their order: what comes after them may be computed together with what comes before. */
const IN_ORDER: ReadonlySet<string> = new Set(["reshape", "identity"]);

const sizeOfValue = (v: GraphValue): number => sizeOf(v.shape as readonly number[]);

/** Which values of a graph lie in memory, and with which of them the others are computed. */
export interface Fusion {
  readonly stored: ReadonlySet<GraphValue>;
  /** The stored value with which a node is computed. */
  readonly owner: ReadonlyMap<GraphNode, GraphNode>;
}

/** How many elements of an operand one element of a node's result reads. */
function readsOf(node: GraphNode): number {
  const { op, inputs, outputs } = node;
  const size = Math.max(1, sizeOfValue(outputs[0]!));
  switch (op.name) {
    case "dot_general":
      return contractionOf(node).depth;
    case "sum":
    case "prod":
    case "max":
    case "min":
    case "any":
    case "all":
    case "argmax":
    case "argmin":
      return Math.max(1, sizeOfValue(inputs[0]!) / size);
    default:
      // Windows overlap: whatever is not in memory would be computed again and again.
      return op.name.startsWith("conv") || op.name.includes("_pool") ? Number.POSITIVE_INFINITY : 1;
  }
}

/** Facts about a node while the graph is walked from its results to its inputs. */
interface Facts {
  readonly owner: GraphNode;
  /** How many times elements of it are computed. */
  readonly count: number;
  /** Whether it is computed once per element of its owner, in the same order, outside of loops. */
  readonly direct: boolean;
}

/**
 * Decides what is computed together: chains of elementwise ops with what they read, and behind a reduction, product or convolution the
 * ops on its result. A value is stored where several shaders need it, or where one would compute it more than once.
 *
 * @param forced Values to store whatever else speaks against it.
 */
export function fuse(graph: Graph, isDevice: (node: GraphNode) => boolean, forced: ReadonlySet<GraphValue>): Fusion {
  const rules = new Map<GraphNode, EmitRule>();
  for (const node of graph.nodes) {
    const rule = isDevice(node) ? ruleOf(node) : null;
    if (rule) rules.set(node, rule);
  }
  const users = new Map<GraphValue, GraphNode[]>();
  const stored = new Set<GraphValue>(graph.outputs);
  for (const node of graph.nodes) {
    if (!rules.has(node)) for (const v of node.outputs) stored.add(v);
    for (const v of node.inputs) {
      if (!rules.has(node)) stored.add(v);
      const list = users.get(v);
      if (list) list.push(node);
      else users.set(v, [node]);
    }
  }
  const facts = new Map<GraphNode, Facts>();
  const sizes = new Map<GraphNode, { nodes: number; loops: number }>();
  for (const node of graph.nodes.toReversed()) {
    const rule = rules.get(node);
    const value = node.outputs[0]!;
    if (!rule) continue;
    const joined =
      stored.has(value) || forced.has(value) ? null : join(node, rule, users.get(value) ?? [], { facts, rules, sizes });
    if (joined) {
      facts.set(node, joined);
      const size = sizes.get(joined.owner)!;
      size.nodes++;
      if (rule.cost === "loop") size.loops++;
    } else {
      stored.add(value);
      facts.set(node, { owner: node, count: sizeOfValue(value), direct: true });
      sizes.set(node, { nodes: 1, loops: rule.cost === "loop" ? 1 : 0 });
    }
  }
  return { stored, owner: new Map([...facts].map(([node, { owner }]) => [node, owner])) };
}

interface Walk {
  readonly facts: ReadonlyMap<GraphNode, Facts>;
  readonly rules: ReadonlyMap<GraphNode, EmitRule>;
  readonly sizes: ReadonlyMap<GraphNode, { nodes: number; loops: number }>;
}

/** The facts of a node that is computed with its users, or null where it has to be stored. */
function join(
  node: GraphNode,
  rule: EmitRule,
  users: readonly GraphNode[],
  { facts, rules, sizes }: Walk,
): Facts | null {
  if (users.length === 0) return null;
  const value = node.outputs[0]!;
  const size = sizeOfValue(value);
  const { owner } = facts.get(users[0]!)!;
  let count = 0;
  let direct = true;
  let single = true;
  for (const user of users) {
    const known = facts.get(user)!;
    if (known.owner !== owner) single = false;
    count = Math.max(count, known.count * readsOf(user));
    const inOrder =
      (rules.get(user)!.cost === "element" && user.op.name !== "random_bits") || IN_ORDER.has(user.op.name);
    direct &&= known.direct && inOrder && sizeOfValue(user.outputs[0]!) === size;
  }
  const group = sizes.get(owner)!;
  if (group.nodes >= MAX_GROUP) return null;
  if (FREE.has(node.op.name)) return { owner, count, direct: direct && single };
  if (!single) return null;
  if (rule.cost === "loop") return direct && group.loops === 0 ? { owner, count, direct } : null;
  return count <= size ? { owner, count, direct } : null;
}
