import type { Graph } from "@keras/ops";
import { prune } from "./nodes.ts";
import { padsToConcat } from "./pads-to-concat.ts";
import { reluBeforePooling } from "./relu-before-pooling.ts";
import { takeApartScans } from "./scan-steps.ts";

/** Rewrites a graph into one that ONNX Runtime trains faster. The values stay those of the graph, but for the order of sums. */
export function optimize(graph: Graph): Graph {
  return prune(takeApartScans(reluBeforePooling(padsToConcat(graph))));
}
