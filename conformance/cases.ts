import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { gunzipSync } from "node:zlib";
import { nameOf, type Row } from "./row.ts";

/** The cases of one op or class in one category. */
export interface Unit {
  readonly category: string;
  readonly name: string;
}

/** A folder of golden cases. */
export interface Cases {
  readonly units: readonly Unit[];
  /** Lines of a unit, in recorded order; empty when there is none. */
  lines(category: string, name: string): readonly string[];
  rows(category: string, name: string): readonly Row[];
  /** Cases, by id, on which Keras's own backends disagree, and how. */
  readonly backendDependent: ReadonlyMap<string, string>;
}

const ID = /"id":\s*"([^"]+)"/;

/** The id of a line, without parsing all of it. */
export function idOf(line: string): string {
  const match = ID.exec(line);
  if (!match) throw new Error(`a case has no id: ${line.slice(0, 120)}`);
  return match[1]!;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

const nonEmptyLines = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");

/** Lines of a packed category, by op or class. */
function unpack(file: string): Map<string, string[]> {
  const byName = new Map<string, string[]>();
  for (const line of nonEmptyLines(gunzipSync(readFileSync(file)).toString("utf8"))) {
    const name = nameOf(idOf(line));
    const lines = byName.get(name);
    if (lines) lines.push(line);
    else byName.set(name, [line]);
  }
  return byName;
}

const PROMOTION = { category: "dtype_promotion", name: "result_type" };

/** The table of promoted dtypes as cases: `result_type#int8,py:float`. */
function promotionCases(file: string): string[] {
  const { table } = JSON.parse(readFileSync(file, "utf8")) as { table: Readonly<Record<string, string>> };
  return Object.entries(table).map(([pair, result]) =>
    JSON.stringify({
      id: `${PROMOTION.name}#${pair}`,
      op: PROMOTION.name,
      a: pair.split(","),
      ...(result.startsWith("!") ? { e: [result.slice(1), "jax"] } : { o: result }),
    }),
  );
}

/**
 * Opens a folder of golden cases: `<category>/<name>.jsonl` files, `<category>.jsonl.gz` packs (see `pack.ts`), or both, with
 * `dtype_promotion.json` and `backend_dependent.json`.
 *
 * @throws {Error} when the folder is missing or holds no cases.
 */
export function openCases(folder: string): Cases {
  if (!existsSync(folder)) throw new Error(`there is no folder of cases at ${folder}`);
  const plain = new Map<string, string>();
  const packs = new Map<string, Map<string, string[]>>();
  const units: Unit[] = [];
  let backendDependent = new Map<string, string>();
  for (const file of filesBelow(folder)) {
    const at = file.lastIndexOf("/");
    if (file.endsWith(".jsonl.gz")) {
      const category = file.slice(0, -".jsonl.gz".length);
      const byName = unpack(join(folder, file));
      packs.set(category, byName);
      for (const name of byName.keys()) units.push({ category, name });
    } else if (file.endsWith(".jsonl") && at > 0) {
      const unit = { category: file.slice(0, at), name: file.slice(at + 1, -".jsonl".length) };
      plain.set(`${unit.category}/${unit.name}`, join(folder, file));
      units.push(unit);
    } else if (file === "dtype_promotion.json") {
      packs.set(PROMOTION.category, new Map([[PROMOTION.name, promotionCases(join(folder, file))]]));
      units.push(PROMOTION);
    } else if (file === "backend_dependent.json") {
      backendDependent = new Map(
        Object.entries(JSON.parse(readFileSync(join(folder, file), "utf8")) as Record<string, string>),
      );
    }
  }
  if (units.length === 0)
    throw new Error(`${folder} holds no cases: expected <category>/<name>.jsonl or <category>.jsonl.gz`);
  const lines = (category: string, name: string): readonly string[] => {
    const file = plain.get(`${category}/${name}`);
    return file ? nonEmptyLines(readFileSync(file, "utf8")) : (packs.get(category)?.get(name) ?? []);
  };
  return {
    backendDependent,
    units,
    lines,
    rows: (category, name) => lines(category, name).map((line) => JSON.parse(line) as Row),
  };
}
