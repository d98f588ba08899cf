import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A parameter of a Python function, as the API manifest lists it. */
export interface Parameter {
  readonly name: string;
  readonly kind: "pos_only" | "pos_or_kw" | "kw_only" | "var_pos" | "var_kw";
  readonly optional?: boolean;
}

/** How the TypeScript function takes Python's parameters: `positional` in order, the rest in one options object. */
export interface CallingConvention {
  /** Python names; `x[]` collects `*x` into an array, `...x` spreads it. */
  readonly positional: readonly string[];
  readonly options: readonly string[];
  readonly options_ts: readonly string[];
}

/** A public symbol of Python Keras. */
export interface ApiSymbol {
  readonly path: string;
  readonly aliases: readonly string[];
  readonly kind: "function" | "class";
  readonly ts: string;
  readonly package: string;
  readonly params?: readonly Parameter[];
  readonly call?: CallingConvention;
}

interface Manifest {
  readonly symbols: readonly ApiSymbol[];
}

/** The repository's copy of Keras's public API. */
export const MANIFEST: string = join(import.meta.dirname, "..", "scripts", "api", "keras-api.json");

/** Namespaces in which a category's functions live, best first. */
const NAMESPACES: Readonly<Record<string, readonly string[]>> = {
  activations: ["keras.activations"],
  losses: ["keras.losses"],
  metrics: ["keras.metrics", "keras.losses"],
  random: ["keras.random"],
  random_values: ["keras.random"],
  utils: ["keras.utils"],
};

/** Packages that hold a namespace's functions, besides the umbrella. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "keras.ops": ["@keras/ops"],
  "keras.random": ["@keras/ops"],
  "keras.activations": ["@keras/layers"],
  "keras.losses": ["@keras/losses"],
  "keras.metrics": ["@keras/metrics", "@keras/losses"],
  "keras.utils": ["keras"],
};

export interface NamedFunction {
  readonly symbol: ApiSymbol;
  /** `keras.ops` and the like: the namespace the category calls it by. */
  readonly namespace: string;
}

/** Python names → symbols of the manifest. */
export class ApiNames {
  readonly byPath: ReadonlyMap<string, ApiSymbol>;

  constructor(symbols: readonly ApiSymbol[]) {
    this.byPath = new Map(
      symbols.flatMap((symbol) => [symbol.path, ...symbol.aliases].map((path) => [path, symbol] as const)),
    );
  }

  /** The function that a category means by a bare name; null when Keras has none in public. */
  find(category: string, name: string): NamedFunction | null {
    const top = category.split("/").at(-1)!;
    for (const namespace of NAMESPACES[top] ?? ["keras.ops"]) {
      const symbol = this.byPath.get(`${namespace}.${name}`) ?? this.inSubmodule(namespace, name);
      if (symbol?.kind === "function") return { symbol, namespace };
    }
    return null;
  }

  /** `keras.ops.image.resize` for `resize` in `keras.ops`. */
  inSubmodule(namespace: string, name: string): ApiSymbol | undefined {
    for (const [path, symbol] of this.byPath) {
      if (path.startsWith(`${namespace}.`) && path.endsWith(`.${name}`)) return symbol;
    }
    return undefined;
  }
}

let names: ApiNames | undefined;

export function apiNames(): ApiNames {
  return (names ??= new ApiNames((JSON.parse(readFileSync(MANIFEST, "utf8")) as Manifest).symbols));
}

/** A package's exports, or a namespace object in them. */
export type Exports = Readonly<Record<string, unknown>>;

const isNamespace = (value: unknown): value is Exports => value !== null && typeof value === "object";

/** Looks `name` up in a package: under its namespace (`ops.image.resize`) first, then among the flat exports. */
export function lookUp(exports: Exports, segments: readonly string[], name: string): unknown {
  for (let from = 0; from <= segments.length; from++) {
    let scope: unknown = exports;
    for (const segment of segments.slice(from)) scope = isNamespace(scope) ? scope[segment] : undefined;
    // A reserved word is exported under its name with an underscore as well (`var_`).
    const found = isNamespace(scope) ? (scope[name] ?? scope[`${name}_`]) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where a function may be: each package with the namespace segments to try in it. */
export function placesOf({
  symbol,
  namespace,
}: NamedFunction): { package: string; segments: readonly string[]; name: string }[] {
  const segments = (symbol.path.startsWith(`${namespace}.`) ? symbol.path : `${namespace}.${symbol.ts}`)
    .split(".")
    .slice(1, -1);
  const own = PACKAGES[namespace] ?? ["@keras/ops"];
  return [...new Set([...own, `@keras/${symbol.package}`])].map((name) => ({
    package: name,
    // Inside its own package, `ops.image.resize` is `image.resize`.
    segments: name === "keras" ? segments : segments.filter((segment) => name !== `@keras/${segment}`),
    name: symbol.ts,
  }));
}
