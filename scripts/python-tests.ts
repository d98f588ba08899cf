// The round trips with Python Keras: the files named *.python.test.ts.
//
//   node scripts/python-tests.ts [REPORT]     REPORT: where Vitest's JSON goes
import { ensurePython, PythonMissingError } from "./python-env.ts";
import { run } from "./lib/run.ts";

try {
  ensurePython("bench");
} catch (error) {
  if (!(error instanceof PythonMissingError)) throw error;
  console.error(error.message);
  process.exit(1);
}
const [report] = process.argv.slice(2);
const reporters = report === undefined ? [] : ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
const { status } = await run(["vitest", "run", ".python.test.", ...reporters], { live: true });
process.exitCode = status ?? 1;
