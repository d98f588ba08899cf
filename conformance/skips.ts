import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One reviewed entry of `skips.json`. In patterns, `*` stands for anything. */
export interface Skip {
  readonly category: string;
  readonly ids: readonly string[];
  readonly backend: string;
  /** Why the case cannot or must not hold here; never "does not work yet". */
  readonly reason: string;
}

const escape = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");

export function matches(pattern: string, text: string): boolean {
  return new RegExp(`^${pattern.split("*").map(escape).join(".*")}$`).test(text);
}

/** Reads the list. @throws {Error} when an entry lacks a field or a reason. */
export function readSkips(file: string = join(import.meta.dirname, "skips.json")): readonly Skip[] {
  const skips = JSON.parse(readFileSync(file, "utf8")) as readonly Skip[];
  for (const skip of skips) {
    if (!Array.isArray(skip.ids) || skip.ids.length === 0) {
      throw new Error(`skips.json: an entry names no ids: ${JSON.stringify(skip)}`);
    }
    for (const field of ["category", "backend", "reason"] as const) {
      if (typeof skip[field] !== "string" || skip[field].trim() === "") {
        throw new Error(`skips.json: an entry lacks '${field}': ${JSON.stringify(skip)}`);
      }
    }
  }
  return skips;
}

/** The entry that excuses a case, if there is one. */
export function skipFor(skips: readonly Skip[], backend: string, category: string, id: string): Skip | undefined {
  return skips.find(
    (s) =>
      matches(s.backend, backend) && matches(s.category, category) && s.ids.some((pattern) => matches(pattern, id)),
  );
}
