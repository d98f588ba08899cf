// NumPy's side of the bench of ops computes what the others compute.
import { expect, it } from "vitest";
import { ensurePython } from "../../scripts/python-env.ts";
import { OP_NAMES } from "../ops/cases.ts";
import { OpsBench } from "../ops/measure.ts";
import { opponent, ours } from "../ops/participants.ts";

it("agrees with the reference backend on every op", async () => {
  const bench = new OpsBench({ rounds: 1, ms: 1, timeoutMs: 60_000 });
  try {
    await bench.start([ours("ref"), opponent("numpy", ensurePython())]);
    expect(bench.missing).toEqual({});
    for (const op of OP_NAMES) {
      const { rounds, lacking } = await bench.measure(op, "small");
      expect({ op, lacking, sides: Object.keys(rounds) }).toEqual({
        op,
        lacking: {},
        sides: ["ref eager", "ref jit", "numpy eager"],
      });
    }
  } finally {
    await bench.close();
  }
}, 120_000);
