import { dim, ShapeError, type Dim, type SymDim } from "@keras/ops";
import type { Emitter } from "./emitter.ts";
import type { Val } from "./value.ts";

/** Where a symbol can be read: a size of an input that is `scale * symbol + offset`. */
interface Source {
  readonly value: Val;
  readonly axis: number;
  readonly scale: number;
  readonly offset: number;
}

const SCALAR = { dtype: "int32", shape: [] } as const;

/** Turns symbolic sizes into scalars of a function, computed from the shapes of its inputs. */
export class Symbols {
  private readonly sources = new Map<string, Source>();

  /** Notes which symbols the shape of an input defines. A bare symbol is preferred to one in an expression. */
  bind(value: Val): void {
    value.shape.forEach((d, axis) => {
      if (dim.isStatic(d)) return;
      const linear = asLinear(d);
      if (!linear) return;
      const known = this.sources.get(linear.name);
      const isBare = linear.scale === 1 && linear.offset === 0;
      const knownIsBare = known && known.scale === 1 && known.offset === 0;
      if (!known || (isBare && !knownIsBare)) this.sources.set(linear.name, { value, axis, ...linear });
    });
  }

  /** A size as an int32 scalar. Equal nodes are emitted once, and so is what two sizes share. */
  size(e: Emitter, d: Dim): Val {
    if (dim.isStatic(d)) return e.scalar(d, "int32");
    let sum: Val | null = null;
    for (const { coefficient, factors } of d.terms) {
      let product: Val | null = coefficient === 1 && factors.length > 0 ? null : e.scalar(coefficient, "int32");
      for (const factor of factors) {
        const value = factor.kind === "symbol" ? this.symbol(e, factor.name) : this.quotient(e, factor);
        product = product ? e.op("Mul", [product, value], {}, SCALAR) : value;
      }
      sum = sum ? e.op("AddV2", [sum, product!], {}, SCALAR) : product;
    }
    return sum!;
  }

  private symbol(e: Emitter, name: string): Val {
    const source = this.sources.get(name);
    if (!source) throw new ShapeError(`the size '${name}' cannot be computed from the shapes of the graph's inputs`);
    const { value, axis, scale, offset } = source;
    const shape = e.op("Shape", [value], {}, { dtype: "int32", shape: [value.shape.length] });
    const picked = [shape, e.ints([axis]), e.ints([axis + 1]), e.ints([1])];
    let size = e.op("StridedSlice", picked, { shrink_axis_mask: 1 }, SCALAR);
    if (offset !== 0) size = e.op("Sub", [size, e.scalar(offset, "int32")], {}, SCALAR);
    return scale === 1 ? size : e.op("FloorDiv", [size, e.scalar(scale, "int32")], {}, SCALAR);
  }

  private quotient(
    e: Emitter,
    { kind, a, b }: { readonly kind: "floordiv" | "mod"; readonly a: SymDim; readonly b: Dim },
  ): Val {
    return e.op(kind === "mod" ? "FloorMod" : "FloorDiv", [this.size(e, a), this.size(e, b)], {}, SCALAR);
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
