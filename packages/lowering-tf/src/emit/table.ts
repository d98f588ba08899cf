import type { Attrs, GraphNode, Spec } from "@keras/ops";
import type { Emitter, Target } from "./emitter.ts";
import type { Val } from "./value.ts";

/** How one op becomes TensorFlow operators. */
export interface OpEmitter {
  /** Emits the op on values of its inputs; gives one value per output. */
  readonly emit: (e: Emitter, node: NodeLike, inputs: readonly Val[]) => Val | readonly Val[];
  /** Whether the op can be emitted for these inputs, beyond what holds for all ops. Default: yes. */
  readonly supports?: (inputs: readonly Spec[], attrs: Attrs, target: Target) => boolean;
}

/** What emitters read of a node. */
export type NodeLike = Pick<GraphNode, "attrs"> & {
  readonly inputs: readonly Spec[];
  readonly outputs: readonly Spec[];
};

export type EmitterTable = Readonly<Record<string, OpEmitter>>;
