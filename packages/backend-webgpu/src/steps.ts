import {
  BackendError,
  sizeOf,
  subgraphs,
  type Graph,
  type GraphNode,
  type GraphValue,
  type NDArray,
  type StaticSpec,
} from "@keras/ops";
import { fuse } from "./plan.ts";
import { shaderOf, type Shader } from "./kernel.ts";
import { onDevice } from "./lanes.ts";
import { ruleOf } from "./rules.ts";
import { isSpecial, specialDispatches, type Dispatch } from "./special/special.ts";

/** One thing that a compiled graph does. */
export type Step =
  | { readonly kind: "shader"; readonly shader: Shader; readonly output: GraphValue }
  | { readonly kind: "special"; readonly node: GraphNode; readonly dispatches: readonly Dispatch[] }
  | { readonly kind: "constant"; readonly value: NDArray; readonly output: GraphValue }
  | { readonly kind: "control"; readonly node: GraphNode; readonly bodies: readonly Plan[] }
  | { readonly kind: "host"; readonly node: GraphNode };

/** A graph as steps in order. */
export interface Plan {
  readonly graph: Graph;
  readonly steps: readonly Step[];
}

/** What shaders may use. */
export interface Limits {
  /** Storage buffers of one shader. */
  readonly maxBindings: number;
  /** Whether threads of a workgroup work together through shared memory. */
  readonly sharing: boolean;
}

/** A shader with more text than this is cut: drivers take long to compile it. */
const MAX_TEXT = 60_000;

const CONTROL: ReadonlySet<string> = new Set(["cond", "while_loop", "scan"]);

/** Where a node runs. */
export function kindOfNode(node: GraphNode, maxBindings: number): Step["kind"] {
  const { op } = node;
  if (CONTROL.has(op.name)) return "control";
  if (op.name === "constant") return "constant";
  const inputs = node.inputs as unknown as readonly StaticSpec[];
  if (!node.outputs.every((v) => onDevice(v.dtype))) return "host";
  if (op.name === "concatenate" && inputs.length >= maxBindings && inputs.every((x) => onDevice(x.dtype)))
    return "special";
  if (isSpecial(op, inputs, node.attrs)) return "special";
  return ruleOf(node) ? "shader" : "host";
}

/** Turns a graph into steps, and the bodies of its control flow too. */
export function planOf(graph: Graph, limits: Limits): Plan {
  const { maxBindings } = limits;
  const kinds = new Map(graph.nodes.map((node) => [node, kindOfNode(node, maxBindings)]));
  const forced = new Set<GraphValue>();
  for (;;) {
    const fusion = fuse(graph, (node) => kinds.get(node) === "shader", forced);
    const members = new Map<GraphNode, GraphNode[]>();
    for (const [node, owner] of fusion.owner) members.set(owner, [...(members.get(owner) ?? []), node]);
    const steps: Step[] = [];
    const before = forced.size;
    for (const node of graph.nodes) {
      const kind = kinds.get(node)!;
      if (kind === "shader") {
        const output = node.outputs[0]!;
        if (!fusion.stored.has(output)) continue;
        const group = members.get(node)!;
        const shader = shaderOf(node, group, fusion.stored, limits.sharing);
        if (shader.leaves.length < maxBindings && shader.code.length <= MAX_TEXT) {
          steps.push({ kind, shader, output });
        } else if (!split(node, group, shader, forced)) {
          throw new BackendError(`this op needs more buffers than the GPU's shaders may have (${maxBindings})`, {
            op: node.op.name,
            layer: node.path || undefined,
          });
        }
      } else steps.push(otherStep(kind, node, limits));
    }
    if (forced.size === before) return { graph, steps };
  }
}

function otherStep(kind: Exclude<Step["kind"], "shader">, node: GraphNode, limits: Limits): Step {
  switch (kind) {
    case "special":
      return { kind, node, dispatches: specialDispatches(node) };
    case "constant":
      return { kind, value: node.attrs["value"] as NDArray, output: node.outputs[0]! };
    case "control":
      return { kind, node, bodies: subgraphs(node.attrs).map((body) => planOf(body, limits)) };
    case "host":
      return { kind, node };
  }
}

/** Marks a value inside a shader that is too large, so that it becomes two. False where there is none to mark. */
function split(root: GraphNode, group: readonly GraphNode[], shader: Shader, forced: Set<GraphValue>): boolean {
  const inside = new Set(group);
  const leaves = new Set(shader.leaves);
  const beneath = new Map<GraphValue, Set<GraphValue>>();
  const leavesOf = (v: GraphValue): Set<GraphValue> => {
    const known = beneath.get(v);
    if (known) return known;
    const found = new Set<GraphValue>();
    beneath.set(v, found);
    if (leaves.has(v) || !v.node || !inside.has(v.node)) found.add(v);
    else for (const x of v.node.inputs) for (const leaf of leavesOf(x)) found.add(leaf);
    return found;
  };
  let best: GraphValue | null = null;
  let score = 0;
  for (const node of group) {
    const value = node.outputs[0]!;
    if (node === root || forced.has(value)) continue;
    // The nearer to half of the whole, the fewer cuts.
    const n = leavesOf(value).size;
    const worth = 1 + Math.min(n, leaves.size - n + 1);
    if (worth > score) [best, score] = [value, worth];
  }
  if (best) forced.add(best);
  return best !== null;
}

export const wordsOf = (v: GraphValue): number => sizeOf(v.shape as readonly number[]);
