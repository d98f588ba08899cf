import { expect, test } from "vitest";
import { join } from "node:path";
import { ROOT } from "../lib/workspace.ts";
import { usedBindings } from "./touched.ts";

const used = (code: string): string[] =>
  usedBindings(join(ROOT, "packages/layers/test/x.test.ts"), code).map(
    (binding) =>
      `${binding.kind === "name" ? binding.specifier : `${binding.package} source`}: ${binding.path.join(".")}`,
  );

test("calls, constructions, subclasses and arguments count", () => {
  const code = `
    import { ops, Model } from "keras";
    import { Dense } from "@keras/layers";
    import * as all from "@keras/ops";
    ops.random.normal([1]);
    new Dense({ units: 1 });
    class Mine extends Model {}
    run([all.relu]);
    table({ gelu: all.gelu });`;
  expect(used(code)).toEqual([
    "keras: ops.random.normal",
    "@keras/layers: Dense",
    "keras: Model",
    "@keras/ops: relu",
    "@keras/ops: gelu",
  ]);
});

test("a path into a package's sources counts for the package", () => {
  expect(used(`import { Dense } from "../src/dense.ts"; new Dense();`)).toEqual(["@keras/layers source: Dense"]);
});

test("types, typeof and expect do not count", () => {
  const code = `
    import { ops, type Model } from "keras";
    let model: Model;
    let tensor: ops.Tensor;
    expect(ops.relu).toBeDefined();
    typeof ops.gelu;
    expect(ops.relu(1)).toBe(1);`;
  expect(used(code)).toEqual(["keras: ops.relu"]);
});
