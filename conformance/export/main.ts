// Runs the export matrix and writes docs/export-matrix.md.
//
//   npm run export-matrix                    all models
//   npm run export-matrix -- --only lstm     those whose names contain it; writes nothing
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensurePython } from "../../scripts/python-env.ts";
import { runMatrix } from "./cells.ts";
import { page, passRate, passes } from "./table.ts";

const at = process.argv.indexOf("--only");
const only = at < 0 ? "" : (process.argv[at + 1] ?? "");
ensurePython("bench");
const folder = mkdtempSync(join(tmpdir(), "keras-export-"));
try {
  const cells = await runMatrix(folder, only);
  for (const c of cells) if (!passes(c)) console.log(`${c.format}: ${c.model}: ${c.error ?? c.difference}`);
  console.log(`${cells.length} cells, ${(100 * passRate(cells)).toFixed(1)} % pass`);
  if (only === "") writeFileSync(new URL("../../docs/export-matrix.md", import.meta.url), page(cells));
} finally {
  rmSync(folder, { recursive: true });
}
