// Every function of Keras's ops, random numbers, activations, trees and settings says what it does, takes and throws, and shows a call.
//
//   node scripts/check-docstrings.ts [--json FILE]
//
// A docstring holds a sentence, an `@param` for each positional parameter and an `@example` (which `doc-examples.ts` runs).
// Options are told by the fields of their interface.
import { writeReport } from "./lib/count-report.ts";
import { documentedFunctions, wantedFunctions, type Documented } from "./lib/docstrings.ts";

/** What a docstring lacks. */
function lacks({ doc, params }: Documented): string[] {
  const described = /^\*[\s*]*[^@\s*]/.test(doc);
  return [
    ...(described ? [] : ["a sentence"]),
    ...params.filter((name) => !new RegExp(`@param ${name}\\b`).test(doc)).map((name) => `@param ${name}`),
    ...(doc.includes("@example") ? [] : ["@example"]),
  ];
}

const functions = documentedFunctions();
const names = wantedFunctions();
let passed = 0;
const failures: string[] = [];
for (const name of [...names].toSorted()) {
  const documented = functions.get(name) ?? functions.get(`${name}_`);
  // What is not there yet is the API check's business; what is an alias is documented where it is defined.
  if (!documented) continue;
  const missing = lacks(documented);
  if (missing.length === 0) passed++;
  else failures.push(`${documented.file}: ${name} lacks ${missing.join(", ")}`);
}
for (const failure of failures) console.error(failure);
console.log(`${passed} of ${passed + failures.length} functions are documented`);
writeReport({ passed, failed: failures.length });
process.exitCode = failures.length === 0 ? 0 : 1;
