import { dim, type Dim } from "../dim.ts";
import { standardizeDType, type DType } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import { autoName } from "../naming.ts";
import { Operand } from "../operand.ts";
import { operators, type Operators } from "../operators.ts";
import { nextId } from "../runtime.ts";
import type { Spec } from "../shape.ts";
import type { Node } from "./node.ts";
import type { Operation } from "./operation.ts";

/** Which call of which operation made a symbolic tensor. */
export interface KerasHistory {
  readonly operation: Operation;
  readonly nodeIndex: number;
  readonly tensorIndex: number;
}

/** Options of a {@link KerasTensor}. */
export interface KerasTensorOptions {
  readonly name?: string | undefined;
  readonly sparse?: boolean | undefined;
  readonly ragged?: boolean | undefined;
}

/**
 * A symbolic tensor: the shape and dtype of a value that does not exist yet. `null` is an unknown size. Layers and ops applied to it
 * build a Functional graph.
 *
 * @example
 * ```ts
 * import { Input, ops } from "keras";
 * const x = Input({ shape: [3] });
 * console.log(ops.add(x, 1).shape); // [null, 3]
 * ```
 */
export class KerasTensor extends Operand<KerasTensor> {
  readonly kind: "keras_tensor" = "keras_tensor";
  readonly id: number;
  /** Sizes; `null` where unknown. */
  readonly shape: readonly (number | null)[];
  readonly dtype: DType;
  /** The same sizes with a symbol for each unknown one: all batch sizes share one. */
  readonly spec: Spec;
  readonly name: string;
  readonly sparse: boolean;
  readonly ragged: boolean;
  /** null: not made by an operation. */
  history: KerasHistory | null = null;
  /** The node whose output it is. */
  node: Node | null = null;

  constructor(shape: readonly (Dim | null)[], dtype?: DType | null, options: KerasTensorOptions = {}) {
    super();
    this.id = nextId();
    const sizes = shape.map((d, axis): Dim => d ?? dim.symbol(axis === 0 ? "batch" : `d${this.id}_${axis}`));
    for (const d of sizes) {
      if (dim.isStatic(d) && (!Number.isInteger(d) || d < 0))
        throw new ArgumentError(
          `a size must be null or a non-negative integer, got ${d} in [${shape.map(String).join(", ")}]`,
        );
    }
    this.dtype = standardizeDType(dtype);
    this.spec = { shape: sizes, dtype: this.dtype };
    this.shape = sizes.map((d) => (dim.isStatic(d) ? d : null));
    this.name = options.name ?? autoName("KerasTensor");
    this.sparse = options.sparse ?? false;
    this.ragged = options.ragged ?? false;
  }

  override get operators(): Operators {
    return operators;
  }

  get ndim(): number {
    return this.shape.length;
  }

  override toString(): string {
    return `KerasTensor(shape=[${this.shape.map(String).join(", ")}], dtype=${this.dtype}, name=${this.name})`;
  }
}

export { isKerasTensor } from "./is-keras-tensor.ts";
