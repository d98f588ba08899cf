// The whole command once, as short as it can be: the figures mean nothing, their being there does.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ensurePython } from "../../scripts/python-env.ts";

const main = join(import.meta.dirname, "../main.ts");

function bench(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ["--conditions=@keras/source", main, ...args], {
    encoding: "utf8",
    env: { ...process.env, KERAS_BENCH_PYTHON: ensurePython() },
  });
}

it("prints a table and writes JSON", () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const file = join(folder, "bench.json");
  try {
    const sides = ["--backend", "none", "--against", "keras-jax,hand"];
    const { status, stdout, stderr } = bench(
      ...sides,
      "--model",
      "mlp-b32",
      "--rounds",
      "1",
      "--ms",
      "1",
      "--json",
      file,
    );
    expect(stderr).toContain("round 1 of 1");
    expect(status).toBe(0);
    expect(stdout).toMatch(/\| Keras, JAX \| keras 3\.\S+, jax \S+ \|/);
    expect(stdout).toMatch(/\| hand-derived graph \| onnxruntime-node \S+ \| [\d.]+ \|/);
    const { cases } = JSON.parse(readFileSync(file, "utf8")) as {
      cases: Record<string, { sides: Record<string, object> }>;
    };
    const { "keras-jax": jax, hand } = cases["mlp-b32"]!.sides;
    expect(jax).toMatchObject({ status: "ok", parameters: 669_706 });
    expect(hand).toMatchObject({ status: "ok", parameters: 669_706 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 300_000);

it("says what it takes when it is called wrongly", () => {
  const { status, stderr } = bench("--model", "resnet");
  expect(status).toBe(2);
  expect(stderr).toContain("--model resnet: there are mlp, cnn, lstm, transformer");
});
