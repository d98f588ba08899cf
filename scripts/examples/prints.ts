// `console.log(value); // what it prints`: the comments of the examples are claims, and this holds them to it.
import { inspect } from "node:util";
import { lineAt, parseModule } from "../lib/modules.ts";

/** What the comment behind a `console.log` says that it prints. */
export interface Print {
  /** Where the call begins. */
  readonly line: number;
  readonly text: string;
}

/** Every `console.log(…)` with a comment on the line on which it ends. */
export function expectedPrints(path: string, source: string): Print[] {
  const { program, comments } = parseModule(path, source);
  const prints: Print[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (node === null || typeof node !== "object") return;
    const { type, start, end, expression } = node as {
      type?: string;
      start: number;
      end: number;
      expression?: unknown;
    };
    if (type === "ExpressionStatement" && /^console\s*\.\s*log\s*\(/.test(source.slice(start, end))) {
      const last = lineAt(source, end);
      const comment = comments.find((c) => c.type === "Line" && c.start >= end && lineAt(source, c.start) === last);
      const callee = (expression as { callee: { property: { start: number } } }).callee;
      if (comment) prints.push({ line: lineAt(source, callee.property.start), text: comment.value.trim() });
      return;
    }
    for (const value of Object.values(node)) visit(value);
  };
  visit(program.body);
  return prints;
}

/** Values as an example's comment shows them. */
export function show(values: readonly unknown[]): string {
  return values
    .map((value) => inspect(value, { depth: null, breakLength: Infinity, maxArrayLength: null, compact: true }))
    .join(" ");
}

/**
 * Whether a comment tells what was printed. Quotes, commas and type prefixes aside; numbers as exact as they are written
 * (`about` loosens whole ones); `…` for anything; a remark may follow: `12: the second derivative`, `3, not 6`.
 */
export function matches(text: string, values: readonly unknown[]): boolean {
  const printed = tokens(show(values));
  const value = /^(.*?)(?:: |, (?=[a-z])| \()/.exec(text)?.[1];
  return sameTokens(text, printed) || (value !== undefined && sameTokens(value, printed));
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;

function tokens(text: string): string[] {
  const plain = text.replaceAll(/\b[A-Z]\w*Array(?:\(\d+\))? ?(?=\[)/g, "").replaceAll("...", "…");
  return plain.match(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[\w$]+|[^\s,"'`]/g) ?? [];
}

function sameTokens(text: string, printed: readonly string[]): boolean {
  const about = /\babout\b/.test(text);
  const claimed = tokens(text.replaceAll(/\babout\b/g, ""));
  const gap = claimed.indexOf("…");
  if (gap === -1)
    return claimed.length === printed.length && claimed.every((token, i) => same(token, printed[i]!, about));
  // What stands before the first and after the last ellipsis.
  const end = claimed.slice(claimed.lastIndexOf("…") + 1);
  return (
    gap + end.length <= printed.length &&
    claimed.slice(0, gap).every((token, i) => same(token, printed[i]!, about)) &&
    end.every((token, i) => same(token, printed[printed.length - end.length + i]!, about))
  );
}

function same(claimed: string, printed: string, about: boolean): boolean {
  if (!NUMBER.test(claimed) || !NUMBER.test(printed)) return claimed === printed;
  const [mantissa = "", exponent = "0"] = claimed.split("e");
  const digits = mantissa.split(".")[1]?.length ?? 0;
  // A whole number stands for itself up to float32's rounding, a fraction for one unit in its last digit.
  const rounding = Math.max(1, Math.abs(Number(claimed))) * (about ? 1e-4 : 2e-6);
  const tolerance = digits === 0 && exponent === "0" ? rounding : 1.001 * 10 ** (Number(exponent) - digits);
  return Math.abs(Number(claimed) - Number(printed)) <= tolerance;
}
