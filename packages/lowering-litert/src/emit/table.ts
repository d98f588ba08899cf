import type { Attrs, GraphNode, Spec } from "@keras/ops";
import type { Emitter, Val } from "./emitter.ts";

/** How one op becomes operators. */
export interface OpEmitter {
  readonly emit: (e: Emitter, node: GraphNode, inputs: readonly Val[]) => Val | readonly Val[];
  /** Whether it can be emitted for these inputs. Default: yes. */
  readonly supports?: (inputs: readonly Spec[], attrs: Attrs) => boolean;
}

export type EmitterTable = Readonly<Record<string, OpEmitter>>;
