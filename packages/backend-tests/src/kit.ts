import { enable64Bit, getBackend, registerBackend, setBackend, type Backend } from "@keras/ops";
import { loadText } from "#data";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PARTS, type BackendTestOptions, type Settings } from "./options.ts";
import { controlFlowTests } from "./parts/control-flow.ts";
import { errorTests } from "./parts/errors.ts";
import { gradientTests } from "./parts/gradients.ts";
import { jitTests } from "./parts/jit.ts";
import { memoryTests } from "./parts/memory.ts";
import { parsePrimitives, primitiveTests } from "./parts/primitives.ts";
import { randomTests } from "./parts/random.ts";
import { switchingTests } from "./parts/switching.ts";
import { trainingTests, type RecordedTraining } from "./parts/training.ts";
import { transferTests } from "./parts/transfer.ts";
import { part, type Suite } from "./suite.ts";

function settingsOf(backend: Backend, options: BackendTestOptions): Settings {
  return {
    backend: backend.name,
    parts: new Set(options.parts ?? PARTS),
    tolerance: { ulps: 64, absolute: 1e-6, nonFinite: true, ...options.tolerance },
    dtypes: new Set(options.dtypes ?? backend.dtypes),
    deviations: options.deviations ?? {},
    memorySteps: options.memorySteps ?? 10_000,
    lossTolerance: options.lossTolerance ?? 2e-4,
  };
}

/**
 * Declares the tests that every backend passes, as a Vitest suite: call it in a test file, with `await`.
 *
 * @param backend - A backend, or the name of one that is imported.
 * @param options - How exact it is, what it deviates in, and which parts run. See {@link BackendTestOptions}.
 * @throws {NoBackendError} when none of that name is imported.
 */
export async function testBackend(backend: string | Backend, options: BackendTestOptions = {}): Promise<void> {
  if (typeof backend !== "string") registerBackend(backend);
  const settings = settingsOf(typeof backend === "string" ? getBackend(backend) : backend, options);
  const primitives = settings.parts.has("primitives") ? parsePrimitives(await loadText("primitives.jsonl")) : [];
  const recorded = JSON.parse(await loadText("training.json")) as RecordedTraining;

  const declare: Readonly<Record<(typeof PARTS)[number], (suite: Suite) => void>> = {
    transfer: transferTests,
    primitives: (suite) => primitiveTests(suite, primitives),
    gradients: gradientTests,
    jit: jitTests,
    control_flow: controlFlowTests,
    random: randomTests,
    memory: memoryTests,
    training: (suite) => trainingTests(suite, recorded),
    switching: (suite) => switchingTests(suite, recorded),
    errors: errorTests,
  };

  describe(`backend '${settings.backend}'`, () => {
    const used = new Set<string>();
    beforeAll(async () => {
      await setBackend(settings.backend);
    });
    afterAll(() => enable64Bit(false));
    for (const name of PARTS) if (settings.parts.has(name)) part(settings, name, used, declare[name]);
    // Names that no test has are typing errors, or tests that are gone.
    if (settings.parts.size === PARTS.length)
      it("every deviation names a test", () => {
        expect(Object.keys(settings.deviations).filter((key) => !used.has(key))).toEqual([]);
      });
  });
}
