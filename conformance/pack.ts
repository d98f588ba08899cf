/**
 * Packs folders of golden cases (`<category>/<name>.jsonl`, or packs) into one `<category>.jsonl.gz` per category.
 * The side files are copied. The same cases give the same bytes; of two with one id the first counts.
 *
 *     node conformance/pack.ts TARGET FOLDER...
 */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { constants, gzipSync } from "node:zlib";
import { idOf, openCases, type Cases } from "./cases.ts";

/** Files beside the cases that are copied as they are. */
const SIDE_FILES = ["dtype_promotion.json", "backend_dependent.json"];

/** gzip without a time stamp or the name of the operating system. */
export function deterministicGzip(text: string): Buffer {
  const bytes = gzipSync(text, { level: constants.Z_BEST_COMPRESSION, memLevel: 9 });
  bytes.fill(0, 4, 8);
  bytes[9] = 255;
  return bytes;
}

/** Lines of an op or class in all folders, each id once. A gradient whose call is not there cannot be replayed, so it is left out. */
function linesOf(sources: readonly Cases[], category: string, name: string): string[] {
  const lines = new Map<string, string>();
  for (const line of sources.flatMap((cases) => cases.lines(category, name)))
    if (!lines.has(idOf(line))) lines.set(idOf(line), line);
  if (category !== "grads") return [...lines.values()];
  const calls = new Set(sources.flatMap((cases) => cases.lines("ops", name)).map(idOf));
  return [...lines].filter(([id]) => calls.has(id)).map(([, line]) => line);
}

/** Writes one pack per category; returns their sizes in bytes. */
export function pack(to: string, from: readonly string[]): Map<string, number> {
  const sources = from.map(openCases);
  const sizes = new Map<string, number>();
  const units = sources.flatMap((cases) => cases.units);
  const categories = new Set(units.map((unit) => unit.category));
  categories.delete("dtype_promotion");
  mkdirSync(to, { recursive: true });
  for (const folder of from)
    for (const file of SIDE_FILES)
      if (folder !== to && existsSync(join(folder, file))) copyFileSync(join(folder, file), join(to, file));
  for (const category of [...categories].sort()) {
    const names = new Set(units.filter((unit) => unit.category === category).map((unit) => unit.name));
    const text = [...names]
      .toSorted()
      .flatMap((name) => linesOf(sources, category, name))
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
  const [to, ...from] = process.argv.slice(2);
  if (to === undefined || from.length === 0) throw new Error("usage: node conformance/pack.ts TARGET FOLDER...");
  let total = 0;
  for (const [category, bytes] of pack(
    resolve(to),
    from.map((folder) => resolve(folder)),
  )) {
    total += bytes;
    console.log(`${category.padEnd(24)} ${String(bytes).padStart(9)}`);
  }
  console.log(`${"total".padEnd(24)} ${String(total).padStart(9)}`);
}
