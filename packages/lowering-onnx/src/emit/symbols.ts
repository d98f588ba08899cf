import { dim, ShapeError, type Dim, type Shape, type SymDim } from "@keras/ops";
import type { Emitter } from "./emitter.ts";
import type { Val } from "./value.ts";

/** Where a symbol can be read: a size of an input that is `scale * symbol + offset`. */
interface Source {
  readonly value: Val;
  readonly axis: number;
  readonly scale: number;
  readonly offset: number;
}

const LENGTH_1 = { dtype: "int64", shape: [1] } as const;

/** Turns symbolic sizes into values of the graph, computed from the shapes of its inputs. Each size is computed once. */
export class Symbols {
  private readonly sources = new Map<string, Source>();

  /** Notes which symbols the shape of an input defines. A bare symbol is preferred to one in an expression. */
  bind(value: Val): void {
    value.shape.forEach((d, axis) => {
      if (dim.isStatic(d)) return;
      const linear = asLinear(d);
      if (!linear) return;
      const known = this.sources.get(linear.name);
      const bare = linear.scale === 1 && linear.offset === 0;
      const knownBare = known && known.scale === 1 && known.offset === 0;
      if (!known || (bare && !knownBare))
        this.sources.set(linear.name, { value, axis, scale: linear.scale, offset: linear.offset });
    });
  }

  /** A size as int64 of shape [1]. */
  size(e: Emitter, d: Dim): Val {
    if (dim.isStatic(d)) return e.int64([d]);
    const root = e.root;
    let sum: Val | null = null;
    for (const { coefficient, factors } of d.terms) {
      let product: Val | null = coefficient === 1 && factors.length > 0 ? null : root.int64([coefficient]);
      for (const factor of factors) {
        const value =
          factor.kind === "symbol" ? this.symbol(root, factor.name) : this.quotient(root, factor.a, factor.b);
        product = product ? root.op("Mul", [product, value], {}, LENGTH_1) : value;
      }
      sum = sum ? root.op("Add", [sum, product], {}, LENGTH_1) : product;
    }
    return sum!;
  }

  /** A shape as an int64 vector. */
  shape(e: Emitter, shape: Shape): Val {
    if (shape.every(dim.isStatic)) return e.int64(shape);
    return e.root.op(
      "Concat",
      shape.map((d) => this.size(e, d)),
      { axis: 0 },
      { dtype: "int64", shape: [shape.length] },
    );
  }

  private symbol(root: Emitter, name: string): Val {
    const source = this.sources.get(name);
    if (!source) throw new ShapeError(`the size '${name}' cannot be computed from the shapes of the graph's inputs`);
    const { value, axis, scale, offset } = source;
    let size = root.op("Shape", [value], { start: axis, end: axis + 1 }, LENGTH_1);
    if (offset !== 0) size = root.op("Sub", [size, root.int64([offset])], {}, LENGTH_1);
    return scale === 1 ? size : root.op("Div", [size, root.int64([scale])], {}, LENGTH_1);
  }

  /** ONNX divides integers toward zero, its Mod has the sign of the divisor: so the floor is (a - a mod b) / b. */
  private quotient(root: Emitter, a: SymDim, b: Dim): Val {
    const [x, y] = [this.size(root, a), this.size(root, b)];
    const rest = root.op("Mod", [x, y], { fmod: 0 }, LENGTH_1);
    return root.op("Div", [root.op("Sub", [x, rest], {}, LENGTH_1), y], {}, LENGTH_1);
  }
}

/** A size as `scale * symbol + offset`, or null. */
function asLinear(d: SymDim): { name: string; scale: number; offset: number } | null {
  let found: { name: string; scale: number } | null = null;
  let offset = 0;
  for (const { coefficient, factors } of d.terms) {
    if (factors.length === 0) {
      offset = coefficient;
      continue;
    }
    const factor = factors[0]!;
    if (factors.length > 1 || factor.kind !== "symbol" || found) return null;
    found = { name: factor.name, scale: coefficient };
  }
  return found && { ...found, offset };
}
