import { FORMATS, TOLERANCE, type Cell } from "./cells.ts";

/** Whether a cell passes. */
export const passes = (c: Cell): boolean => c.difference !== null && c.difference <= c.tolerance;

/** Share of the cells that pass. */
export const passRate = (cells: readonly Cell[]): number => cells.filter(passes).length / Math.max(1, cells.length);

const shown = (c: Cell | undefined): string => {
  if (!c) return "";
  if (passes(c)) return c.tolerance === TOLERANCE ? "✓" : `✓ (to ${c.tolerance})`;
  if (c.difference !== null) return `differs by ${c.difference.toExponential(1)}`;
  return (c.error ?? "not run").split("\n")[0]!.slice(0, 80).replaceAll("|", "\\|");
};

/** The matrix as a page of the documentation. */
export function page(cells: readonly Cell[]): string {
  const formats = Object.keys(FORMATS);
  const models = [...new Set(cells.map((c) => c.model))];
  const rows = models.map((model) => {
    const row = formats.map((format) => shown(cells.find((c) => c.model === model && c.format === format)));
    return `| ${model} | ${row.join(" | ")} |`;
  });
  const totals = formats.map((format) => {
    const own = cells.filter((c) => c.format === format);
    return `${own.filter(passes).length} of ${own.length}`;
  });
  return `# Export matrix

Every model below is exported to every format and run in the format's own runtime on inputs of two batch sizes. A check stands where all
outputs are within ${TOLERANCE} of ours, relative to 1 + |y|. \`npm run export-matrix\` writes this page again; a layer joins by existing.

| model | ${formats.join(" | ")} |
| --- | ${formats.map(() => "---").join(" | ")} |
${rows.join("\n")}
| **passing** | ${totals.join(" | ")} |
`;
}
