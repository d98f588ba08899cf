// Finds the runnable examples: `@example` blocks of docstrings and ```ts blocks of Markdown files.
import { globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { lineAt, parseModule } from "../lib/modules.ts";
import { ROOT, sourcesOf, workspacePackages } from "../lib/workspace.ts";

export interface Example {
  /** Relative to the repository. */
  readonly file: string;
  /** Line of the first line of code. */
  readonly line: number;
  readonly code: string;
}

export interface Extracted {
  readonly examples: readonly Example[];
  /** `file:line: what is wrong` */
  readonly problems: readonly string[];
}

/** Examples in the docstrings of every package's sources. */
export function docstringExamples(): Extracted {
  const parts = workspacePackages().flatMap((pkg) =>
    sourcesOf(pkg).map((source) => fromSource(join(pkg.path, source))),
  );
  return { examples: parts.flatMap((part) => part.examples), problems: parts.flatMap((part) => part.problems) };
}

/** Examples in the README files and the documentation. */
export function markdownExamples(): Extracted {
  const files = globSync(["README.md", "CONTRIBUTING.md", "docs/*.md", "packages/*/README.md"], {
    cwd: ROOT,
  }).toSorted();
  const examples = files.flatMap((file) => fences(readFileSync(join(ROOT, file), "utf8"), file, 1));
  return { examples, problems: [] };
}

export function fromSource(path: string, source: string = readFileSync(path, "utf8")): Extracted {
  const file = relative(ROOT, path);
  const examples: Example[] = [];
  const problems: string[] = [];
  for (const comment of parseModule(path, source).comments) {
    if (comment.type !== "Block" || !comment.value.startsWith("*")) continue;
    // Cut the stars off, one output line for each input line.
    const text = comment.value.replace(/^\*/, " ").replaceAll(/^[ \t]*\* ?/gm, "");
    const first = lineAt(source, comment.start);
    for (const tag of text.matchAll(/^[ \t]*@example\b[^]*?(?=^[ \t]*@[a-z]|(?![^]))/gm)) {
      const line = first + lineAt(text, tag.index) - 1;
      const found = fences(tag[0], file, line);
      if (found.length === 0) problems.push(`${file}:${line}: an @example needs a \`\`\`ts block`);
      examples.push(...found);
    }
  }
  return { examples, problems };
}

/** The ```ts blocks of a text whose first line is line `first` of `file`. Blocks of other languages are not run. */
export function fences(text: string, file: string, first: number): Example[] {
  const examples: Example[] = [];
  let open: { indent: string; runs: boolean; line: number; code: string[] } | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    const fence = /^([ \t]*)```(.*)$/.exec(line);
    if (open === null) {
      if (fence) open = { indent: fence[1]!, runs: fence[2]!.trim() === "ts", line: first + index + 1, code: [] };
    } else if (fence && fence[2]!.trim() === "") {
      if (open.runs) examples.push({ file, line: open.line, code: open.code.join("\n") });
      open = null;
    } else open.code.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
  }
  return examples;
}
