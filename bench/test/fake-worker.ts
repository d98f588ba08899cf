// A worker whose steps take as long as its arguments say. Usage: node fake-worker.ts MILLISECONDS [FAILURE]
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "../workers/serve.ts";

const [milliseconds, failure] = process.argv.slice(2);
if (failure === "at start") throw new TypeError("this engine never starts");

await serve({
  async prepare() {
    if (failure === "at prepare") throw new RangeError("this model is too large");
    return { engine: "fake 1.0", parameters: 7, loss: 2.3, measures: ["train", "fit"] };
  },
  async measure(measure, steps) {
    return () => {
      if (failure === measure) throw new RangeError(`this engine has no ${measure}`);
      return sleep(Number(milliseconds) * steps);
    };
  },
});
