// The public API of Python Keras, as recorded in keras-api.json.
import { join } from "node:path";
import { readJson } from "../lib/workspace.ts";
import { ADAPTED } from "./namespaces.ts";

export interface ApiSymbol {
  readonly path: string;
  readonly aliases: readonly string[];
  readonly kind: "function" | "class";
  /** Its name in TypeScript. */
  readonly ts: string;
  readonly package: string;
  /** `adapt`: the same need met in a TypeScript way; `exclude`: for `reason`. */
  readonly status: "include" | "adapt" | "exclude";
  readonly reason?: string;
}

/** A place where a symbol can be found: `keras.ops.hard_silu` is `hardSilu` in `ops`. */
export interface Location {
  readonly namespace: string;
  readonly name: string;
}

/** Every symbol that TypeScript is to have. */
export function wantedSymbols(): ApiSymbol[] {
  const { symbols } = readJson<{ symbols: ApiSymbol[] }>(join(import.meta.dirname, "keras-api.json"));
  return symbols.filter(({ status }) => status !== "exclude");
}

/** Where a symbol is in the umbrella: at its own path first, then at its aliases. */
export function locationsOf(symbol: ApiSymbol): Location[] {
  const own = lastPart(symbol.path);
  return [symbol.path, ...symbol.aliases].flatMap((path) => {
    const namespace = path.split(".").slice(1, -1).map(camelCase).join(".");
    const last = lastPart(path);
    if (last === own) return [{ namespace, name: ADAPTED[symbol.path] ?? symbol.ts }];
    // `keras.initializers.glorot_uniform` is the class once more, in a spelling that means a function in TypeScript.
    if (symbol.kind === "class" && /^[a-z]/.test(last)) return [];
    return [{ namespace, name: symbol.kind === "class" ? last : camelCase(last) }];
  });
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf(".") + 1);

const camelCase = (name: string): string =>
  name.replaceAll(/(?<=.)_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
