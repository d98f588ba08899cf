import {
  ArgumentError,
  ShapeError,
  formatShape,
  isKerasTensor,
  isTensor,
  type DType,
  type KerasTensor,
  type Tensor,
} from "@keras/ops";
import * as tree from "@keras/ops/tree";

/** Options of an {@link InputSpec}. */
export interface InputSpecOptions {
  readonly dtype?: DType | undefined;
  /** Sizes, `null` for any. */
  readonly shape?: readonly (number | null)[] | undefined;
  readonly ndim?: number | undefined;
  readonly minNdim?: number | undefined;
  readonly maxNdim?: number | undefined;
  /** Required size per axis. */
  readonly axes?: Readonly<Record<number, number | null>> | undefined;
  /** Lets inputs have a last axis of 1 more or less than `shape`. */
  readonly allowLastAxisSqueeze?: boolean | undefined;
  readonly name?: string | undefined;
  /** The input may be null. */
  readonly optional?: boolean | undefined;
}

/**
 * What a layer wants of an input: checked at every call, with an error that names the layer.
 *
 * @example
 * ```ts
 * import { layers } from "keras";
 * const spec = new layers.InputSpec({ ndim: 4, axes: { 3: 3 } });
 * console.log(spec.ndim); // 4
 * ```
 */
export class InputSpec {
  readonly dtype: DType | undefined;
  readonly shape: readonly (number | null)[] | undefined;
  readonly ndim: number | undefined;
  readonly minNdim: number | undefined;
  readonly maxNdim: number | undefined;
  readonly axes: Readonly<Record<number, number | null>>;
  readonly allowLastAxisSqueeze: boolean;
  readonly name: string | undefined;
  readonly optional: boolean;

  constructor(options: InputSpecOptions = {}) {
    this.dtype = options.dtype;
    this.shape = options.shape;
    this.ndim = options.shape?.length ?? options.ndim;
    this.minNdim = options.minNdim;
    this.maxNdim = options.maxNdim;
    this.axes = options.axes ?? {};
    this.allowLastAxisSqueeze = options.allowLastAxisSqueeze ?? false;
    this.name = options.name;
    this.optional = options.optional ?? false;
  }
}

type Shaped = Tensor | KerasTensor;
const sizes = (x: Shaped): readonly (number | null)[] => x.shape.map((d) => (typeof d === "number" ? d : null));

/** @throws {ShapeError} when an input is not what a layer wants. */
export function checkInputSpec(specs: InputSpec | readonly InputSpec[], inputs: unknown, layer: string): void {
  const wanted = Array.isArray(specs) ? (specs as readonly InputSpec[]) : [specs as InputSpec];
  const given = tree.flatten<unknown>(inputs as never);
  if (given.length !== wanted.length)
    throw new ArgumentError(`the layer expects ${wanted.length} inputs, but ${given.length} were given`, { layer });
  wanted.forEach((spec, i) => {
    const x = given[i];
    if ((x === null || x === undefined) && spec.optional) return;
    if (!isTensor(x) && !isKerasTensor(x)) throw new ArgumentError(`input ${i} must be a tensor`, { layer });
    checkOne(spec, sizes(x), x.dtype, layer);
  });
}

function checkOne(spec: InputSpec, shape: readonly (number | null)[], dtype: DType, layer: string): void {
  const fail = (expected: string): never => {
    throw new ShapeError(
      `the input has shape ${formatShape(shape)} and dtype ${dtype}, but the layer expects ${expected}`,
      { layer },
    );
  };
  const rank = shape.length;
  if (spec.ndim !== undefined && rank !== spec.ndim && !spec.allowLastAxisSqueeze)
    fail(`${spec.ndim} axes${spec.shape ? `, as in ${formatShape(spec.shape)}` : ""}`);
  if (spec.minNdim !== undefined && rank < spec.minNdim) fail(`at least ${spec.minNdim} axes`);
  if (spec.maxNdim !== undefined && rank > spec.maxNdim) fail(`at most ${spec.maxNdim} axes`);
  if (spec.dtype !== undefined && dtype !== spec.dtype) fail(`dtype ${spec.dtype}`);
  for (const [axis, size] of Object.entries(spec.axes)) {
    const at = Number(axis) < 0 ? rank + Number(axis) : Number(axis);
    const found = shape[at];
    if (size !== null && found !== null && found !== undefined && found !== size) fail(`size ${size} on axis ${axis}`);
  }
  if (!spec.shape) return;
  const trimmed = spec.allowLastAxisSqueeze ? squeezeLast(shape, spec.shape) : ([shape, spec.shape] as const);
  trimmed[1].forEach((size, i) => {
    const found = trimmed[0][i];
    if (size !== null && found !== null && found !== undefined && found !== size)
      fail(`shape ${formatShape(spec.shape!)}`);
  });
}

function squeezeLast(
  a: readonly (number | null)[],
  b: readonly (number | null)[],
): readonly [readonly (number | null)[], readonly (number | null)[]] {
  if (a.at(-1) === 1 && a.length === b.length + 1) return [a.slice(0, -1), b];
  if (b.at(-1) === 1 && b.length === a.length + 1) return [a, b.slice(0, -1)];
  return [a, b];
}
