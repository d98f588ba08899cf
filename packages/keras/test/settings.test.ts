import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "keras-home-"));
});
afterAll(() => rmSync(home, { recursive: true }));

const REPORT = `
  const { config } = await import("keras");
  console.log(JSON.stringify([config.backend(), config.backendReason(), config.floatx(), config.epsilon(), config.imageDataFormat()]));
`;

/** What a program of its own sees of the configuration. */
function settings(file: string | null, backend?: string, before = ""): [string, string, string, number, string] {
  if (file === null) rmSync(join(home, "keras.json"), { force: true });
  else writeFileSync(join(home, "keras.json"), file);
  const { KERAS_BACKEND: _, ...env } = process.env;
  const output = execFileSync(
    process.execPath,
    ["--conditions=@keras/source", "--input-type=module", "--eval", before + REPORT],
    {
      env: { ...env, KERAS_HOME: home, ...(backend ? { KERAS_BACKEND: backend } : {}) },
      cwd: import.meta.dirname,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  return JSON.parse(output) as ReturnType<typeof settings>;
}

describe("configuration outside of the program", () => {
  it("without any, the fastest engine runs, and says so", () => {
    expect(settings(null)).toEqual(["onnx", "the fastest that comes with keras", "float32", 1e-7, "channels_last"]);
  });
  it("keras.json sets everything, as in Python", () => {
    const file = { backend: "ref", floatx: "float16", epsilon: 1e-4, image_data_format: "channels_first" };
    const [backend, reason, ...rest] = settings(JSON.stringify(file));
    expect([backend, ...rest]).toEqual(["ref", "float16", 1e-4, "channels_first"]);
    expect(reason).toBe(`${join(home, "keras.json")} says "ref"`);
  });
  it("KERAS_BACKEND comes before the file", () => {
    expect(settings('{ "backend": "onnx" }', "ref").slice(0, 2)).toEqual(["ref", 'KERAS_BACKEND is "ref"']);
  });
  it("a file that names an engine of Python's is no obstacle", () => {
    const [backend, reason] = settings('{ "backend": "tensorflow" }');
    expect(backend).toBe("onnx");
    expect(reason).toMatch(/says "tensorflow", which is not an imported backend; the fastest/);
  });
  it("an environment that names one is an error that lists those there are", () => {
    expect(() => settings(null, "tensorflow")).toThrow(/KERAS_BACKEND is "tensorflow".*'onnx', 'ref'/s);
  });
  it("a file that is no JSON counts as empty, and wrong values are named", () => {
    expect(settings("{ nonsense").slice(2)).toEqual(["float32", 1e-7, "channels_last"]);
    expect(() => settings('{ "floatx": "int8" }')).toThrow(
      /`floatx` in .*keras\.json must be float16, float32 or float64; it is "int8"/,
    );
  });
  it("a backend that the program set or imported before keeps", () => {
    const set = 'import { setBackend } from "@keras/ops"; import "@keras/backend-ref"; await setBackend("ref");\n';
    expect(settings(null, undefined, set).slice(0, 2)).toEqual(["ref", 'setBackend("ref") was called']);
    const own = `
      import { registerBackend } from "@keras/ops";
      import { refBackend } from "@keras/backend-ref";
      registerBackend({ ...refBackend, name: "mine" });\n`;
    expect(settings(null, undefined, own).slice(0, 2)).toEqual(["mine", "it was imported before keras"]);
  });
});
