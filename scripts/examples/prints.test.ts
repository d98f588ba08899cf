import { expect, test } from "vitest";
import { expectedPrints, matches } from "./prints.ts";

test("a comment behind console.log is what it prints", () => {
  const source = ["console.log(1); // 1", "console.log(", "  [2],", "); // [2]", "console.log(3);", "// no claim"].join(
    "\n",
  );
  expect(expectedPrints("x.ts", source)).toEqual([
    { line: 1, text: "1" },
    { line: 2, text: "[2]" },
  ]);
});

test("calls inside blocks count too", () => {
  expect(expectedPrints("x.ts", "for (const a of [1]) {\n  console.log(a); // 1\n}")).toEqual([{ line: 2, text: "1" }]);
});

test.each([
  ["[1, -1]", [[1, -1]], true],
  ["[1, 2]", [[1, -1]], false],
  ['"shape"', ["shape"], true],
  ['"int32" "float32"', ["int32", "float32"], true],
  ['"int32" "float32"', ["int32", "float16"], false],
  ["0.731", [0.7310585975646973], true],
  ["0.73", [0.7510585975646973], false],
  ["2", [2.0001], false],
  ["[-1, 10]", [[-11, 0]], false],
  ["1e-7", [1.0000000116860974e-7], true],
  ["[1, 2]", [new Float32Array([1, 2])], true],
  ["Float32Array [1, 2] [2]", [new Float32Array([1, 2]), [2]], true],
  ['{ loss: 0.25, name: "a" }', [{ loss: 0.25, name: "a" }], true],
  ["[1, …, 9]", [[1, 2, 3, 9]], true],
  ["[1, …, 9]", [[1, 2, 3, 8]], false],
  ["null", [undefined], false],
  ["12: the second derivative", [12], true],
  ["3, not 6", [3], true],
  ["3, not 6", [6], false],
  ["-1, about 0.693", [-1, 0.6931471], true],
  ["-1 0.693", [-1, 0.6931471], true],
  ["about [0.5, 1]", [[0.4999999, 1.00001]], true],
  ["about [0.5, 1]", [[0.4999999, 1.01]], false],
  ["1", [0.99999994], true],
  ["0.50", ["1.00"], false],
  ["about 16 ones", [[1, 1]], false],
])("%s against %j: %s", (text, values, same) => {
  expect(matches(text, values)).toBe(same);
});
