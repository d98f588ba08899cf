import { expect, test } from "vitest";
import { fences, fromSource } from "./extract.ts";

const SOURCE = `/**
 * Adds.
 *
 * @param a left
 *
 * @example
 * \`\`\`ts
 * import { add } from "keras/ops";
 *
 * add(1, 2);
 * \`\`\`
 * @throws never
 */
export function add(): void {}

/**
 * @example add(1)
 */
export function other(): void {}
`;

test("an @example's code keeps its line", () => {
  const { examples, problems } = fromSource("add.ts", SOURCE);
  expect(examples.map(({ line, code }) => ({ line, code }))).toEqual([
    { line: 8, code: 'import { add } from "keras/ops";\n\nadd(1, 2);' },
  ]);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/:17: an @example needs/);
});

test("only ts blocks run", () => {
  const text = ["```sh", "npm test", "```", "- item", "  ```ts", "  const a = 1;", "  ```"].join("\n");
  expect(fences(text, "README.md", 1)).toEqual([{ file: "README.md", line: 6, code: "const a = 1;" }]);
});
