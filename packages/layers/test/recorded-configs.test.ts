import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import * as layers from "@keras/layers";
import { deserializeKerasObject, serializeKerasObject, type SerializedObject } from "@keras/ops";
import { describe, expect, it } from "vitest";

interface Row {
  readonly id: string;
  readonly cls: string;
  readonly cfg?: SerializedObject;
}

const GOLDEN = join(import.meta.dirname, "../../../conformance/golden");

function rows(category: string): Row[] {
  const text = gunzipSync(readFileSync(join(GOLDEN, `${category}.jsonl.gz`))).toString();
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
}

/** Tagged values as plain JSON: tuples are arrays, `2.0` is 2. What layers were built for is left out: a config is not built. */
function plain(x: unknown): unknown {
  if (Array.isArray(x)) return x.map(plain);
  if (typeof x !== "object" || x === null) return x;
  const { $, v } = x as { $?: string; v?: unknown };
  if ($ === "tuple") return plain(v);
  if ($ === "f") return Number(v);
  const entries = Object.entries(x).filter(([key]) => key !== "build_config");
  return Object.fromEntries(entries.map(([key, value]) => [key, plain(value)]));
}

const has = (space: object, name: string): boolean => typeof (space as Record<string, unknown>)[name] === "function";

/** Keras writes no gain of an identity matrix, which loses it; arrays of numbers are written without a dtype. */
const DIFFERENT: ReadonlySet<string> = new Set(["Identity#0", "Constant#1"]);

/** Whether everything that a config names is a class of this package. */
function known(config: SerializedObject): boolean {
  const text = JSON.stringify(config);
  if (/"\$":"(fn|t)"|__lambda__|_test|"registered_name":"function"/.test(text)) return false;
  const names = [...text.matchAll(/"module":"keras\.layers","class_name":"(\w+)"/g)].map((m) => m[1]!);
  return names.every((name) => has(layers, name)) && config.module?.startsWith("keras") === true;
}

function check(category: string, space: object): void {
  const seen = new Set<string>();
  for (const { id, cls, cfg } of rows(category)) {
    if (!cfg || DIFFERENT.has(id) || !has(space, cls) || !known(cfg)) continue;
    const expected = plain(cfg) as SerializedObject;
    const key = JSON.stringify(expected);
    if (seen.has(key)) continue;
    seen.add(key);
    it(id, () => {
      const made = deserializeKerasObject(expected, { objects: [layers] });
      const written = JSON.parse(JSON.stringify(serializeKerasObject(made))) as SerializedObject;
      expect(written).toEqual(expected);
      expect(Object.keys(written.config)).toEqual(Object.keys(expected.config));
    });
  }
}

describe("configs that Keras wrote come back as they were", () => {
  describe("layers", () => {
    check("layers", layers);
  });
  describe("layers in calls", () => {
    check("layer_calls", layers);
  });
  describe("initializers", () => {
    check("initializers", layers.initializers);
  });
  describe("regularizers", () => {
    check("regularizers", layers.regularizers);
  });
  describe("constraints", () => {
    check("constraints", layers.constraints);
  });
});
