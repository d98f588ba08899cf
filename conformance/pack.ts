/**
 * Packs a folder of golden cases (`<category>/<name>.jsonl`) into one `<category>.jsonl.gz` per category.
 * The side files are copied. The same cases give the same bytes. `node conformance/pack.ts FOLDER [TARGET]`
 */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { constants, gzipSync } from "node:zlib";
import { openCases } from "./cases.ts";

/** Files beside the cases that are copied as they are. */
const SIDE_FILES = ["dtype_promotion.json", "backend_dependent.json"];

/** gzip without a time stamp or the name of the operating system. */
export function deterministicGzip(text: string): Buffer {
  const bytes = gzipSync(text, { level: constants.Z_BEST_COMPRESSION, memLevel: 9 });
  bytes.fill(0, 4, 8);
  bytes[9] = 255;
  return bytes;
}

/** Writes one pack per category; returns their sizes in bytes. */
export function pack(from: string, to: string): Map<string, number> {
  const cases = openCases(from);
  const sizes = new Map<string, number>();
  const categories = new Set(cases.units.map((unit) => unit.category));
  categories.delete("dtype_promotion");
  mkdirSync(to, { recursive: true });
  for (const file of SIDE_FILES) if (existsSync(join(from, file))) copyFileSync(join(from, file), join(to, file));
  for (const category of [...categories].sort()) {
    const names = cases.units.filter((unit) => unit.category === category).map((unit) => unit.name);
    const text = names
      .toSorted()
      .flatMap((name) => cases.lines(category, name))
      .join("\n");
    const file = join(to, `${category}.jsonl.gz`);
    const bytes = deterministicGzip(`${text}\n`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    sizes.set(category, bytes.length);
  }
  return sizes;
}

if (import.meta.main) {
  const [from, to = join(import.meta.dirname, "golden")] = process.argv.slice(2);
  if (from === undefined) throw new Error("usage: node conformance/pack.ts FOLDER [TARGET]");
  let total = 0;
  for (const [category, bytes] of pack(from, to)) {
    total += bytes;
    console.log(`${category.padEnd(24)} ${String(bytes).padStart(9)}`);
  }
  console.log(`${"total".padEnd(24)} ${String(total).padStart(9)}`);
}
