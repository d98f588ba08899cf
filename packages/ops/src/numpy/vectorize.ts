import { vectorizedMap } from "../batching/vmap.ts";
import { toTensor } from "../convert.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import type { TensorLike } from "../operand.ts";
import { broadcastShapes, formatShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { reshape } from "./reshape.ts";

/** Options of `vectorize`. */
export interface VectorizeOptions {
  /** Positions of arguments that are passed on as they are. */
  readonly excluded?: readonly number[] | null | undefined;
  /** Axes that the function itself takes and gives, such as `"(n),(n)->()"`; default: it takes and gives scalars. */
  readonly signature?: string | null | undefined;
}

/** The number of own axes of each argument and result. */
function coreRanks(signature: string): { inputs: number[]; outputs: number[] } {
  const sides = signature.replaceAll(" ", "").split("->");
  const parse = (side: string): number[] => {
    if (!/^\([^()]*\)(?:,\([^()]*\))*$/.test(side))
      throw new ArgumentError(`the signature '${signature}' is not of the form '(m,n),(n)->(m)'`, { op: "vectorize" });
    return [...side.matchAll(/\(([^()]*)\)/g)].map(([, names]) => (names === "" ? 0 : names!.split(",").length));
  };
  if (sides.length !== 2) throw new ArgumentError(`the signature '${signature}' has no '->'`, { op: "vectorize" });
  return { inputs: parse(sides[0]!), outputs: parse(sides[1]!) };
}

/**
 * A function of arrays made of a function of their elements: it is applied at every place, and the arguments broadcast.
 *
 * @param pyfunc - Takes tensors (scalars, or what the signature says) and gives one tensor or a list of them.
 * @param options - `excluded`, `signature`.
 * @throws {ArgumentError} on a malformed signature.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const f = ops.vectorize((x, y) => ops.add(ops.multiply(x, 10), y));
 * console.log(await f([[1], [2]], [3, 4]).array()); // [[13, 14], [23, 24]]
 * ```
 */
export function vectorize<R extends Tensor | readonly Tensor[]>(
  pyfunc: (...args: Tensor[]) => R,
  options: VectorizeOptions = {},
): (...args: TensorLike[]) => R {
  const { excluded = null, signature = null } = options;
  const ranks = typeof signature === "string" ? coreRanks(signature) : null;
  return (...args) => {
    const tensors = args.map((x) => toTensor(x));
    const mapped = tensors.map((_, i) => i).filter((i) => !excluded?.includes(i));
    const core = (i: number): number => ranks?.inputs[mapped.indexOf(i)] ?? 0;
    const short = mapped.find((i) => tensors[i]!.ndim < core(i));
    if (short !== undefined) {
      throw new ShapeError(
        `argument ${short} of shape ${formatShape(tensors[short]!.shape)} needs at least ${core(short)} axes`,
        { op: "vectorize" },
      );
    }
    const split = (x: Tensor, i: number): number => x.ndim - core(i);
    const batch = broadcastShapes(
      mapped.map((i) => tensors[i]!.shape.slice(0, split(tensors[i]!, i))),
      "vectorize",
    ) as readonly number[];
    const lines = mapped.map((i) => {
      const x = tensors[i]!;
      const own = x.shape.slice(split(x, i));
      return reshape(broadcastTo(x, [...batch, ...own]), [sizeOf(batch), ...own]);
    });
    const call = (parts: readonly Tensor[]): R =>
      pyfunc(...tensors.map((x, i) => (mapped.includes(i) ? parts[mapped.indexOf(i)]! : x)));
    if (mapped.length === 0) return call([]);
    const results = vectorizedMap((parts: readonly Tensor[]) => call(parts) as Tensor | readonly Tensor[], lines);
    const back = (y: Tensor): Tensor => reshape(y, [...batch, ...y.shape.slice(1)]);
    return (Array.isArray(results) ? (results as readonly Tensor[]).map(back) : back(results as Tensor)) as R;
  };
}
