import { ShapeError } from "./errors.ts";

/** A size along one axis: known, or symbolic inside a trace. */
export type Dim = number | SymDim;
/** Sizes of a value, outermost axis first. */
export type Shape = readonly Dim[];

/** An indivisible factor of a term: a symbol, or a quotient that has no simpler form. */
type Atom =
  | { readonly kind: "symbol"; readonly name: string }
  | { readonly kind: "floordiv"; readonly a: SymDim; readonly b: Dim };

interface Term {
  readonly coefficient: number;
  /** Sorted by key; a factor that occurs twice stands here twice. */
  readonly factors: readonly Atom[];
}

function atomKey(atom: Atom): string {
  if (atom.kind === "symbol") return atom.name;
  return `(${atom.a.key} // ${String(atom.b)})`;
}

const termKey = (factors: readonly Atom[]): string => factors.map(atomKey).join("*");

/**
 * A symbolic size: a polynomial over named symbols, in canonical form, so that equal sizes have equal `key`s.
 * Arithmetic goes through {@link dim}; using one as a JavaScript number throws, since a wrong number would be silent.
 */
export class SymDim {
  readonly kind: "sym_dim" = "sym_dim";
  readonly terms: readonly Term[];
  readonly key: string;

  constructor(terms: readonly Term[]) {
    this.terms = terms;
    this.key = terms
      .map(({ coefficient, factors }) => {
        if (factors.length === 0) return String(coefficient);
        return coefficient === 1 ? termKey(factors) : `${coefficient}*${termKey(factors)}`;
      })
      .join(" + ");
  }

  toString(): string {
    return this.key;
  }

  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.key;
    throw new ShapeError(
      `the size '${this.key}' is not known while tracing: use ops.shape(x) for arithmetic on sizes, or pass it on to an op as it is`,
    );
  }
}

const isNumber = (d: Dim): d is number => typeof d === "number";

function terms(d: Dim): readonly Term[] {
  if (!isNumber(d)) return d.terms;
  return d === 0 ? [] : [{ coefficient: d, factors: [] }];
}

/** Collects equal terms and orders them, highest degree first. */
function canonical(all: readonly Term[]): Dim {
  const byKey = new Map<string, Term>();
  for (const { coefficient, factors } of all) {
    const key = termKey(factors);
    byKey.set(key, { coefficient: (byKey.get(key)?.coefficient ?? 0) + coefficient, factors });
  }
  const kept = [...byKey.entries()].filter(([, t]) => t.coefficient !== 0);
  kept.sort(([ka, a], [kb, b]) => b.factors.length - a.factors.length || (ka < kb ? -1 : 1));
  if (kept.length === 0) return 0;
  const first = kept[0]![1];
  if (kept.length === 1 && first.factors.length === 0) return first.coefficient;
  return new SymDim(kept.map(([, t]) => t));
}

const atomDim = (atom: Atom): SymDim => new SymDim([{ coefficient: 1, factors: [atom] }]);

/** `a / b` when every term of `a` divides evenly, else null. */
function exactQuotient(a: Dim, b: Dim): Dim | null {
  const divisor = terms(b);
  if (divisor.length !== 1) return equal(a, b) ? 1 : null;
  const { coefficient, factors } = divisor[0]!;
  const quotient: Term[] = [];
  for (const term of terms(a)) {
    if (term.coefficient % coefficient !== 0) return null;
    const rest = [...term.factors];
    for (const f of factors) {
      const at = rest.findIndex((r) => atomKey(r) === atomKey(f));
      if (at < 0) return null;
      rest.splice(at, 1);
    }
    quotient.push({ coefficient: term.coefficient / coefficient, factors: rest });
  }
  return canonical(quotient);
}

function add(a: Dim, b: Dim): Dim {
  return isNumber(a) && isNumber(b) ? a + b : canonical([...terms(a), ...terms(b)]);
}

function mul(a: Dim, b: Dim): Dim {
  if (isNumber(a) && isNumber(b)) return a * b;
  const product: Term[] = [];
  for (const x of terms(a)) {
    for (const y of terms(b)) {
      const factors = [...x.factors, ...y.factors].sort((p, q) => (atomKey(p) < atomKey(q) ? -1 : 1));
      product.push({ coefficient: x.coefficient * y.coefficient, factors });
    }
  }
  return canonical(product);
}

function sub(a: Dim, b: Dim): Dim {
  return add(a, mul(b, -1));
}

function floordiv(a: Dim, b: Dim): Dim {
  if (isNumber(a) && isNumber(b)) return Math.floor(a / b);
  const exact = exactQuotient(a, b);
  if (exact !== null) return exact;
  if (isNumber(a)) return atomDim({ kind: "floordiv", a: new SymDim(terms(a)), b });
  if (!isNumber(b)) return atomDim({ kind: "floordiv", a, b });
  // (q*b + r) // b = q + r // b: pull out the terms that divide evenly.
  const even = a.terms.filter((t) => t.coefficient % b === 0);
  const odd = a.terms.filter((t) => t.coefficient % b !== 0);
  const constant = odd.find((t) => t.factors.length === 0);
  const whole = constant ? Math.floor(constant.coefficient / b) : 0;
  const rest = canonical(odd.map((t) => (t === constant ? { ...t, coefficient: t.coefficient - whole * b } : t)));
  const quotient = add(canonical(even.map((t) => ({ ...t, coefficient: t.coefficient / b }))), whole);
  if (isNumber(rest)) return add(quotient, Math.floor(rest / b));
  return add(quotient, atomDim({ kind: "floordiv", a: rest, b }));
}

function mod(a: Dim, b: Dim): Dim {
  if (isNumber(a) && isNumber(b)) return ((a % b) + b) % b;
  if (exactQuotient(a, b) !== null) return 0;
  return sub(a, mul(floordiv(a, b), b));
}

function equal(a: Dim, b: Dim): boolean {
  return a === b || (!isNumber(a) && !isNumber(b) && a.key === b.key);
}

/** Arithmetic on sizes that may be symbolic. All results are canonical. */
export const dim: {
  readonly symbol: (name: string) => SymDim;
  readonly add: (a: Dim, b: Dim) => Dim;
  readonly sub: (a: Dim, b: Dim) => Dim;
  readonly mul: (a: Dim, b: Dim) => Dim;
  readonly floordiv: (a: Dim, b: Dim) => Dim;
  readonly ceildiv: (a: Dim, b: Dim) => Dim;
  readonly mod: (a: Dim, b: Dim) => Dim;
  readonly equal: (a: Dim, b: Dim) => boolean;
  readonly isStatic: (d: Dim) => d is number;
  readonly product: (shape: Shape) => Dim;
} = {
  symbol: (name) => atomDim({ kind: "symbol", name }),
  add,
  sub,
  mul,
  floordiv,
  ceildiv: (a, b) => mul(floordiv(mul(a, -1), b), -1),
  mod,
  equal,
  isStatic: isNumber,
  product: (shape) => shape.reduce<Dim>(mul, 1),
};
