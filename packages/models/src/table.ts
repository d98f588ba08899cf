/** A column of a text table. */
export interface Column {
  readonly name: string;
  /** Characters of text per line, without the padding of one at each side. */
  readonly width: number;
  readonly align: "left" | "right" | "center";
}

/** Breaks text at spaces into lines of at most `width`; a longer word is cut with an ellipsis. */
function wrap(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (joined.length <= width) {
      line = joined;
      continue;
    }
    if (line.trim() !== "") lines.push(line);
    line = word.length > width ? `${word.slice(0, width - 1)}…` : word;
  }
  return [...lines, line];
}

function pad(text: string, { width, align }: Column): string {
  if (align === "right") return text.padStart(width);
  if (align === "left") return text.padEnd(width);
  return text.padStart(Math.ceil((width + text.length) / 2)).padEnd(width);
}

/** A table in box-drawing characters: heavy head, light body, a rule between rows. */
export function drawTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const rule = (left: string, dash: string, cross: string, right: string): string =>
    left + columns.map((c) => dash.repeat(c.width + 2)).join(cross) + right;
  const row = (cells: readonly string[], bar: string): string[] => {
    const wrapped = columns.map((c, i) => wrap(cells[i] ?? "", c.width));
    const height = Math.max(...wrapped.map((w) => w.length));
    return Array.from(
      { length: height },
      (_, l) => `${bar} ${columns.map((c, i) => pad(wrapped[i]![l] ?? "", c)).join(` ${bar} `)} ${bar}`,
    );
  };
  const head = [
    rule("┏", "━", "┳", "┓"),
    ...row(
      columns.map((c) => c.name),
      "┃",
    ),
    rule("┡", "━", "╇", "┩"),
  ];
  const body = rows.flatMap((cells, i) => [...(i > 0 ? [rule("├", "─", "┼", "┤")] : []), ...row(cells, "│")]);
  return [...head, ...body, rule("└", "─", "┴", "┘")].join("\n");
}
