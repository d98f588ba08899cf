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

/** Whether a comment tells what was printed: quotes, spaces and type prefixes aside, numbers as exact as they are written, `…` for anything. */
export function matches(text: string, values: readonly unknown[]): boolean {
  const parts = normalize(text).split("…");
  const printed = normalize(show(values));
  if (parts.length === 1) return sameText(parts[0]!, printed);
  const [first = "", last = ""] = [parts[0], parts.at(-1)];
  return (
    printed.startsWith(first) && printed.endsWith(last) && parts.slice(1, -1).every((part) => printed.includes(part))
  );
}

const normalize = (text: string): string =>
  text
    .replaceAll(/\b[A-Z]\w*Array\(\d+\) ?(?=\[)/g, "")
    .replaceAll("...", "…")
    .replaceAll(/["'`\s]/g, "");

const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;

function sameText(claimed: string, printed: string): boolean {
  if (claimed.replaceAll(NUMBER, "#") !== printed.replaceAll(NUMBER, "#")) return false;
  const numbers = printed.match(NUMBER) ?? [];
  return (claimed.match(NUMBER) ?? []).every((number, i) => near(number, Number(numbers[i])));
}

/** Equal up to one unit in the last digit that is written. */
function near(written: string, value: number): boolean {
  const [mantissa = "", exponent = "0"] = written.split("e");
  const digits = mantissa.split(".")[1]?.length ?? 0;
  if (digits === 0 && exponent === "0") return Number(written) === value;
  return Math.abs(Number(written) - value) <= 1.001 * 10 ** (Number(exponent) - digits);
}
