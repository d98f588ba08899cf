import type { Attrs, GraphNode, Spec } from "@keras/ops";
import type { Emitter, Target } from "./emitter.ts";
import type { Val } from "./value.ts";

/** How one op becomes ONNX nodes. */
export interface OpEmitter {
  /** Emits the op on values of its inputs; gives one value per output. */
  readonly emit: (e: Emitter, node: GraphNode, inputs: readonly Val[]) => Val | readonly Val[];
  /** Whether the op can be emitted for these inputs, beyond what holds for all ops. Default: yes. */
  readonly supports?: (inputs: readonly Spec[], attrs: Attrs, target: Target) => boolean;
  /** Whether values of half types come out unrounded when they are emulated: arithmetic does, moving data does not. */
  readonly rounds?: boolean;
}

export type EmitterTable = Readonly<Record<string, OpEmitter>>;
