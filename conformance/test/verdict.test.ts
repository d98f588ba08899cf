import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { raised, readBaseline, regressions, writeBaseline } from "../baseline.ts";
import { BindingError } from "../call.ts";
import { judgeError } from "../errors.ts";
import { MissingError } from "../handler.ts";
import type { Outcome } from "../outcome.ts";
import type { Row } from "../row.ts";
import { formatTable, makeReport } from "../report.ts";
import { excuseFor, matches, readSkips, skipFor, type Shortfall, type Skip } from "../skips.ts";

const outcome = (id: string, status: Outcome["status"], category = "ops"): Outcome => ({ category, id, status });

describe("baseline", () => {
  const outcomes = [
    outcome("abs#0", "pass"),
    outcome("abs#1", "pass"),
    outcome("add#0", "pass"),
    outcome("add#1", "fail"),
    outcome("mul#0", "skip"),
  ];

  test("only failures of required names are regressions", () => {
    expect(regressions({ ops: ["abs"] }, outcomes)).toEqual([]);
    expect(regressions({ ops: ["add"] }, outcomes).map((o) => o.id)).toEqual(["add#1"]);
    expect(regressions({ losses: ["add"] }, outcomes)).toEqual([]);
  });

  test("raising adds what passes whole and takes nothing away", () => {
    expect(raised({ ops: ["sub"] }, outcomes)).toEqual({ ops: ["abs", "sub"] });
  });

  test("each backend has its own", () => {
    const folder = mkdtempSync(join(tmpdir(), "baseline-"));
    const file = join(folder, "expected.json");
    writeBaseline("ref", { ops: ["abs"] }, file);
    writeBaseline("onnx", { ops: ["add"], losses: ["mse"] }, file);
    expect(readBaseline("ref", file)).toEqual({ ops: ["abs"] });
    expect(readBaseline("onnx", file)).toEqual({ ops: ["add"], losses: ["mse"] });
    expect(readBaseline("other", file)).toEqual({});
    expect(readFileSync(file, "utf8").split("\n")).toContain('    "losses": ["mse"]');
    rmSync(folder, { recursive: true });
  });
});

describe("skips", () => {
  test("patterns", () => {
    expect(matches("eig#*", "eig#12")).toBe(true);
    expect(matches("eig#1", "eig#12")).toBe(false);
    expect(matches("*", "anything")).toBe(true);
    expect(matches("a.b", "axb")).toBe(false);
  });

  test("the repository's list is well formed and is applied by backend, category and id", () => {
    expect(() => readSkips()).not.toThrow();
    const skips = [{ category: "ops", ids: ["svd#1", "eig#*"], backend: "onnx", reason: "sign of eigenvectors" }];
    expect(skipFor(skips, "onnx", "ops", "eig#1")?.reason).toBe("sign of eigenvectors");
    expect(skipFor(skips, "ref", "ops", "eig#1")).toBeUndefined();
    expect(skipFor(skips, "onnx", "grads", "eig#1")).toBeUndefined();
  });
});

describe("excuses", () => {
  const accepted: Shortfall = { kind: "accepted", reason: "did not throw" };
  const entry = (when: NonNullable<Skip["when"]>): Skip => ({
    category: "ops",
    ids: ["*"],
    backend: "*",
    when,
    reason: "r",
  });
  const row = (exception: string): Row => ({ id: "abs#0", e: [exception, "jax"] });
  const place = { backend: "ref", category: "ops" };

  test("other backends of Keras accept the arguments", () => {
    const skips = [entry("other_backends_accept")];
    expect(
      excuseFor(skips, place, row("TypeError"), accepted, "expected error; tensorflow: expected error"),
    ).toBeDefined();
    expect(excuseFor(skips, place, row("TypeError"), accepted, "raised ValueError")).toBeUndefined();
    expect(excuseFor(skips, place, row("TypeError"), accepted, undefined)).toBeUndefined();
    expect(
      excuseFor(skips, { ...place, category: "layers" }, row("TypeError"), accepted, "expected error"),
    ).toBeUndefined();
    expect(skipFor(skips, "ref", "ops", "abs#0")).toBeUndefined();
  });

  test("Python failed by accident", () => {
    expect(excuseFor([entry("accident_in_python")], place, row("AttributeError"), accepted, undefined)).toBeDefined();
    expect(excuseFor([entry("accident_in_python")], place, row("ValueError"), accepted, undefined)).toBeUndefined();
  });
});

test("an excuse may ask for the way a case fell short, and for words of the reason", () => {
  const place = { backend: "ref", category: "ops" };
  const row: Row = { id: "abs#0", o: 1 };
  const refused: Shortfall = { kind: "refused", reason: "threw ShapeError: shapes do not broadcast" };
  const skip = (when: NonNullable<Skip["when"]>, says: string): Skip => ({
    category: "ops",
    ids: ["abs#*"],
    backend: "*",
    when,
    says,
    reason: "r",
  });
  expect(excuseFor([skip("refused", "do not broadcast")], place, row, refused, undefined)).toBeDefined();
  expect(excuseFor([skip("refused", "dtype")], place, row, refused, undefined)).toBeUndefined();
  expect(excuseFor([skip("differs", "do not broadcast")], place, row, refused, undefined)).toBeUndefined();
  expect(excuseFor([skip("accepted", "")], place, row, refused, undefined)).toBeUndefined();
});

describe("expected errors", () => {
  const keras = ["ValueError", "keras:ops/numpy.py"] as const;
  const jax = ["TypeError", "jax"] as const;
  const own = Object.assign(new Error("shapes differ"), { code: "shape" });

  test("Keras's own errors must be the library's", () => {
    expect(judgeError(own, keras)).toBeNull();
    expect(judgeError(new Error("no"), keras)).toMatch(/no KerasError/);
    expect(judgeError(new Error("no"), jax)).toBeNull();
    expect(judgeError(new Error("no"), ["ValueError", "keras:backend/jax/core.py"])).toBeNull();
    expect(judgeError(new BindingError("too few"), keras)).toBeNull();
  });

  test("accidents and missing functions are failures", () => {
    const accident = (() => {
      try {
        return (undefined as unknown as { x: number }).x;
      } catch (error) {
        return error;
      }
    })();
    expect(judgeError(accident, jax)).toMatch(/by accident/);
    expect(judgeError("text", jax)).toMatch(/by accident/);
    expect(judgeError(new MissingError("@keras/ops has no foo"), jax)).toBe("@keras/ops has no foo");
  });
});

test("the report counts every case once", () => {
  const report = makeReport("ref", [outcome("a#0", "pass"), outcome("a#1", "fail"), outcome("b#0", "skip", "losses")]);
  expect(report.categories).toEqual({ losses: { pass: 0, fail: 0, skip: 1 }, ops: { pass: 1, fail: 1, skip: 0 } });
  expect(report.failures).toEqual([{ category: "ops", id: "a#1", reason: "failed" }]);
  expect(formatTable(report)).toMatch(/total\s+1\s+1\s+1\s+50\.0%/);
});
