import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openCases } from "../cases.ts";
import { OWN_CASES } from "../options.ts";
import { pack } from "../pack.ts";

const folder = mkdtempSync(join(tmpdir(), "cases-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a folder and its pack hold the same cases, and packing twice gives the same bytes", () => {
  const plain = join(folder, "plain");
  mkdirSync(join(plain, "symbolic/ops"), { recursive: true });
  mkdirSync(join(plain, "ops"));
  writeFileSync(join(plain, "ops/abs.jsonl"), '{"id":"abs#0","op":"abs"}\n{"id":"abs#1","op":"abs"}\n');
  writeFileSync(join(plain, "ops/add.jsonl"), '{"op":"add","id":"add#v1.0"}\n');
  writeFileSync(join(plain, "symbolic/ops/abs.jsonl"), '{"id":"abs#0","op":"abs","o":null}\n');
  pack(join(folder, "packed"), [plain]);
  pack(join(folder, "again"), [plain]);
  for (const cases of [openCases(plain), openCases(join(folder, "packed"))]) {
    expect(cases.units.map((u) => `${u.category}:${u.name}`).toSorted()).toEqual([
      "ops:abs",
      "ops:add",
      "symbolic/ops:abs",
    ]);
    expect(cases.rows("ops", "abs").map((row) => row.id)).toEqual(["abs#0", "abs#1"]);
    expect(cases.rows("symbolic/ops", "abs")).toEqual([{ id: "abs#0", op: "abs", o: null }]);
    expect(cases.rows("ops", "sub")).toEqual([]);
  }
  expect(readFileSync(join(folder, "packed/ops.jsonl.gz"))).toEqual(readFileSync(join(folder, "again/ops.jsonl.gz")));
});

test("a folder without cases is an error", () => {
  mkdirSync(join(folder, "empty"));
  expect(() => openCases(join(folder, "empty"))).toThrow(/holds no cases/);
  expect(() => openCases(join(folder, "missing"))).toThrow(/no folder/);
});

test("the repository's own cases can be read", () => {
  const cases = openCases(OWN_CASES);
  const rows = cases.units.flatMap(({ category, name }) => cases.rows(category, name));
  expect(rows.length).toBeGreaterThan(13_000);
});
