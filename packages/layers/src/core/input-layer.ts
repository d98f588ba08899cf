import { ArgumentError, isKerasTensor, KerasTensor, Node, standardizeDType, type DType } from "@keras/ops";
import { Layer } from "../base/layer.ts";
import type { LayerShape } from "../base/types.ts";

/** Options of {@link Input}. */
export interface InputOptions {
  /** Shape of one sample; `null` for sizes that vary. */
  readonly shape?: LayerShape | undefined;
  /** Number of samples where it is fixed. Default null: any. */
  readonly batchSize?: number | null | undefined;
  /** Default floatx. */
  readonly dtype?: DType | null | undefined;
  /** Accepted for Keras's sake; tensors here are dense. */
  readonly sparse?: boolean | null | undefined;
  /** Accepted for Keras's sake; tensors here are not ragged. */
  readonly ragged?: boolean | null | undefined;
  /** Shape with the batch axis, in place of `shape` and `batchSize`. */
  readonly batchShape?: LayerShape | undefined;
  readonly name?: string | null | undefined;
  /** A symbolic tensor to use in place of a new one. */
  readonly tensor?: KerasTensor | null | undefined;
  /** Whether the input may be null. Default false. */
  readonly optional?: boolean | undefined;
}

/** Options of {@link InputLayer}. */
export interface InputLayerConfig extends Omit<InputOptions, "tensor"> {
  /** A symbolic tensor to use in place of a new one. */
  readonly inputTensor?: KerasTensor | null | undefined;
}

function batchShapeOf({ shape, batchShape, batchSize, inputTensor: given }: InputLayerConfig): LayerShape {
  const formed = shape ? [batchSize ?? null, ...shape] : batchShape;
  if (given) {
    if (!isKerasTensor(given)) throw new ArgumentError("an input made of a tensor needs a symbolic one");
    if (formed && String(formed) !== String(given.shape))
      throw new ArgumentError(
        `the shape [${String(formed)}] is not that of the given tensor, [${String(given.shape)}]`,
      );
    return given.shape;
  }
  if (shape && batchShape) throw new ArgumentError("an input takes `shape` or `batchShape`, not both");
  if (batchShape && batchSize !== null && batchSize !== undefined)
    throw new ArgumentError("an input takes `batchSize` or `batchShape`, not both");
  if (!formed) throw new ArgumentError("an input needs a `shape`: that of one sample, such as [28, 28, 1]");
  for (const d of formed) {
    if (d !== null && (!Number.isInteger(d) || d < 0))
      throw new ArgumentError(`a shape holds sizes and nulls, got ${String(d)} in [${formed.map(String).join(", ")}]`);
  }
  return [...formed];
}

/** The layer at the beginning of a graph; {@link Input} makes one and gives its symbolic tensor. */
export class InputLayer extends Layer {
  static override readonly className: string = "InputLayer";
  static override readonly module: string = "keras.layers";
  readonly batchShape: LayerShape;
  readonly elementType: DType;
  readonly sparse: boolean;
  readonly ragged: boolean;
  readonly optional: boolean;

  /** @throws {ArgumentError} when the shape is missing, given twice, or holds what is no size. */
  constructor(config: InputLayerConfig = {}) {
    super({ name: config.name });
    this.batchShape = batchShapeOf(config);
    this.elementType = config.inputTensor?.dtype ?? standardizeDType(config.dtype);
    this.sparse = config.sparse ?? false;
    this.ragged = config.ragged ?? false;
    this.optional = config.optional ?? false;
    const { sparse, ragged } = this;
    const tensor =
      config.inputTensor ?? new KerasTensor(this.batchShape, this.elementType, { name: this.name, sparse, ragged });
    new Node(this, [], {}, tensor);
    this.built = true;
  }

  override get dtype(): DType {
    return this.elementType;
  }

  override call(): never {
    throw new ArgumentError("an input layer is not called: its output is where a graph begins", { layer: this.path });
  }

  override getConfig(): Record<string, unknown> {
    const { batchShape, dtype, sparse, ragged, name, optional } = this;
    return { batchShape, dtype, sparse, ragged, name, optional };
  }
}

/**
 * A symbolic tensor: where a model begins.
 *
 * @throws {ArgumentError} when the shape is missing, given twice, or holds what is no size.
 * @example
 * ```ts
 * import { Input } from "keras";
 * console.log(Input({ shape: [28, 28, 1] }).shape); // [null, 28, 28, 1]
 * ```
 */
export function Input(options: InputOptions): KerasTensor {
  const { tensor, ...rest } = options;
  return new InputLayer({ ...rest, inputTensor: tensor }).output as KerasTensor;
}
