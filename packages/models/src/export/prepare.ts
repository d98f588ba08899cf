import {
  dim,
  eliminateDeadCode,
  Graph,
  itemBytes,
  KerasError,
  prepareGraph,
  UnsupportedError,
  verify,
  type Attrs,
  type Backend,
  type GraphInput,
  type NDArray,
  type OpDef,
  type Spec,
} from "@keras/ops";
import { foldAffine } from "./fold-affine.ts";
import { foldConstants } from "./fold-constants.ts";
import { freeze } from "./freeze.ts";
import type { ExportEndpoint } from "./format.ts";

/** What a format takes as it is. */
export interface ExportTarget {
  /** As people call it, with its version where that matters. */
  readonly title: string;
  readonly supports: (op: OpDef, inputs: readonly Spec[], attrs: Attrs) => boolean;
}

/** How an endpoint is made ready. */
export interface PrepareOptions {
  /** Weights become constants, batch normalization goes into the weights before it. Default true; without it variables stay inputs. */
  readonly freeze?: boolean | undefined;
}

/** An endpoint of ops that the target has. */
export interface PreparedEndpoint {
  readonly name: string;
  /** Inputs are arguments, and constants that are used; variables where they are not frozen. */
  readonly graph: Graph;
  /** Values of the constants. */
  readonly data: ReadonlyMap<GraphInput, NDArray>;
  readonly outputNames: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Makes an endpoint ready for a format: only ops that the format has, constants computed, nothing dead. Assignments are dropped where
 * weights are frozen: they would have no effect.
 *
 * @throws {UnsupportedError} where there is no way; names the op, the layer, and what to do.
 */
export async function prepareEndpoint(
  endpoint: ExportEndpoint,
  target: ExportTarget,
  options: PrepareOptions = {},
): Promise<PreparedEndpoint> {
  const frozen = options.freeze ?? true;
  const { inputs, nodes, outputs } = endpoint.graph;
  const results = frozen ? outputs.slice(0, outputs.length - endpoint.written.length) : outputs;
  const warnings = frozen
    ? endpoint.written.map(
        (v) =>
          `the call changes the variable '${v.path}': the exported model does not, it starts from the same value each time`,
      )
    : [];
  const traced = eliminateDeadCode(new Graph(inputs, nodes, results));
  const legal = legalized(frozen ? freeze(traced) : traced, target);
  const folded = foldConstants(legal);
  const ready = dropUnused(eliminateDeadCode(frozen ? foldConstants(foldAffine(folded)) : folded));
  verify(ready);
  return {
    name: endpoint.name,
    graph: ready,
    data: await readConstants(ready),
    outputNames: frozen
      ? endpoint.outputNames
      : [...endpoint.outputNames, ...endpoint.written.map((v) => `${v.path}/updated`)],
    warnings,
  };
}

function legalized(graph: Graph, target: ExportTarget): Graph {
  const backend = {
    name: target.title,
    supports: (op, inputs, attrs) => target.supports(op, inputs, attrs),
  } as Partial<Backend> as Backend;
  try {
    return prepareGraph(backend, graph);
  } catch (cause) {
    if (!(cause instanceof KerasError) || cause.code !== "backend") throw cause;
    throw new UnsupportedError(
      `the model cannot be exported: ${target.title} has no equivalent of an op in it. Export a model without that layer, write the layer with other ops, or export to another format`,
      { op: cause.op, layer: cause.layer, cause },
    );
  }
}

/** Constants and variables that nothing reads are left out; arguments are the signature. */
function dropUnused(graph: Graph): Graph {
  const used = new Set(graph.nodes.flatMap((node) => node.inputs).concat(graph.outputs));
  const inputs = graph.inputs.filter((input) => input.role !== "constant" || used.has(input.value));
  return new Graph(inputs, graph.nodes, graph.outputs);
}

async function readConstants(graph: Graph): Promise<Map<GraphInput, NDArray>> {
  const data = new Map<GraphInput, NDArray>();
  for (const input of graph.inputs) if (input.role === "constant") data.set(input, await input.tensor.ndarray());
  return data;
}

/** Bytes of all constants. */
export function constantBytes({ data }: PreparedEndpoint): number {
  return [...data.values()].reduce((n, a) => n + Math.ceil((dim.product(a.shape) as number) * itemBytes(a.dtype)), 0);
}
