import { cotangent } from "./cotangent.ts";
import { sizeOf } from "./decode.ts";
import type { Library } from "./library.ts";

interface TensorLike {
  readonly kind: "tensor";
  readonly shape: readonly number[];
  readonly dtype: string;
}

const isTensor = (x: unknown): x is TensorLike =>
  x !== null && typeof x === "object" && (x as TensorLike).kind === "tensor";
const isFloat = (dtype: string): boolean => dtype.includes("float");

/** The tensors in a tree of results, in order. */
export function leaves(tree: unknown): TensorLike[] {
  if (isTensor(tree)) return [tree];
  if (Array.isArray(tree)) return tree.flatMap(leaves);
  return tree !== null && typeof tree === "object" && Object.getPrototypeOf(tree) === Object.prototype
    ? Object.values(tree).flatMap(leaves)
    : [];
}

/** L = Σ over float outputs of Σ outᵢ·cᵢ, whose gradient is the pull-back of the recorded cotangent. */
function lossOf(library: Library, outputs: unknown): unknown {
  const ops = (name: string): ((...args: readonly unknown[]) => unknown) => library.member("@keras/ops", name);
  const terms = leaves(outputs)
    .filter((out) => isFloat(out.dtype))
    .map((out) => {
      const values = cotangent(sizeOf(out.shape));
      const c = library.creators.tensor(
        { dtype: out.dtype === "float64" ? "float64" : "float32", shape: out.shape, values },
        null,
      );
      return ops("sum")(ops("multiply")(ops("cast")(out, "float32"), c));
    });
  if (terms.length === 0) throw new Error("the result holds no float tensor to differentiate");
  return terms.reduce((a, b) => ops("add")(a, b));
}

/** Gradients, by tensors, of the recorded loss of `call`'s result. */
export function gradientsByTensors(
  library: Library,
  call: (...inputs: readonly unknown[]) => unknown,
  inputs: readonly unknown[],
): readonly unknown[] {
  const loss = (...xs: readonly unknown[]): unknown => lossOf(library, call(...xs));
  const [value, pullBack] = library.member("@keras/ops", "vjp")(loss, inputs) as [
    unknown,
    (cotangent: unknown) => readonly unknown[],
  ];
  return pullBack(library.member("@keras/ops", "onesLike")(value));
}

/** Gradients, by Variables, of the recorded loss of `call`'s result. */
export function gradientsByVariables(
  library: Library,
  call: () => unknown,
  variables: readonly unknown[],
): readonly unknown[] {
  const result = library.member("@keras/ops", "valueAndGrad")(() => lossOf(library, call()), variables);
  return (result as { readonly grads: readonly unknown[] }).grads;
}
