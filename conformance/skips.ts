import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "./row.ts";

/**
 * What has to hold, beside the patterns, for an entry to excuse a case in which Python raised and nothing was thrown here:
 * - `other_backends_accept`: `backend_dependent.json` says that another backend of Keras takes the same arguments;
 * - `accident_in_python`: an AttributeError, by which Python code fails on a value that it did not expect.
 */
export type Condition = "other_backends_accept" | "accident_in_python";

/** One reviewed entry of `skips.json`. In patterns, `*` stands for anything. */
export interface Skip {
  readonly category: string;
  readonly ids: readonly string[];
  readonly backend: string;
  readonly when?: Condition;
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
    if (skip.when !== undefined && !Object.hasOwn(CONDITIONS, skip.when)) {
      throw new Error(`skips.json: there is no condition '${skip.when}'`);
    }
    for (const field of ["category", "backend", "reason"] as const) {
      if (typeof skip[field] !== "string" || skip[field].trim() === "") {
        throw new Error(`skips.json: an entry lacks '${field}': ${JSON.stringify(skip)}`);
      }
    }
  }
  return skips;
}

const applies = (skip: Skip, backend: string, category: string, id: string): boolean =>
  matches(skip.backend, backend) &&
  matches(skip.category, category) &&
  skip.ids.some((pattern) => matches(pattern, id));

/** The entry for which a case is not even run, if there is one. */
export function skipFor(skips: readonly Skip[], backend: string, category: string, id: string): Skip | undefined {
  return skips.find((skip) => !skip.when && applies(skip, backend, category, id));
}

const CONDITIONS: Readonly<Record<Condition, (row: Row, dependent: string | undefined) => boolean>> = {
  other_backends_accept: (_, dependent) => dependent?.includes("expected error") ?? false,
  accident_in_python: (row) => row.e?.[0] === "AttributeError",
};

/** The entry that excuses a case for not throwing where Python raised. `dependent`: what `backend_dependent.json` says of it. */
export function excuseFor(
  skips: readonly Skip[],
  place: { readonly backend: string; readonly category: string },
  row: Row,
  dependent: string | undefined,
): Skip | undefined {
  return skips.find(
    (skip) =>
      skip.when && applies(skip, place.backend, place.category, row.id) && CONDITIONS[skip.when](row, dependent),
  );
}
