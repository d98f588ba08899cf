import { defineConfig } from "vitest/config";

// Type tests: `*.test-d.ts` beside the others, checked in one compiler run, never executed.
export default defineConfig({
  test: {
    name: "types",
    include: [],
    typecheck: {
      enabled: true,
      only: true,
      include: ["packages/*/{src,test}/**/*.test-d.ts"],
      tsconfig: "./tsconfig.types.json",
      ignoreSourceErrors: true,
    },
  },
});
