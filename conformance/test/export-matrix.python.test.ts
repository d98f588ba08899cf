import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runMatrix } from "../export/cells.ts";
import { passRate, passes } from "../export/table.ts";

const folder = mkdtempSync(join(tmpdir(), "keras-export-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Cells that cannot pass, by `format: model`, with the cause. */
const EXCEPTIONS: Readonly<Record<string, string>> = {};

test("exported models compute in their runtimes what they compute here", async () => {
  const cells = await runMatrix(folder);
  const failing = cells.filter((c) => !passes(c));
  const unexpected = failing.filter((c) => !Object.hasOwn(EXCEPTIONS, `${c.format}: ${c.model}`));
  expect(unexpected.map((c) => `${c.format}: ${c.model}: ${c.error ?? c.difference}`)).toEqual([]);
  expect(passRate(cells)).toBeGreaterThanOrEqual(0.97);
  // The page in the documentation names every model; `npm run export-matrix` writes it.
  const text = readFileSync(new URL("../../docs/export-matrix.md", import.meta.url), "utf8");
  expect([...new Set(cells.map((c) => c.model))].filter((model) => !text.includes(`| ${model} `))).toEqual([]);
}, 600_000);
