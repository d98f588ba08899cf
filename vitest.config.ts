import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { sourceEntries } from "./scripts/lib/workspace.ts";

// Everything is tested from source: no build comes first, and a test may use any workspace package.
const conditions = ["@keras/source", "module", "node", "import", "default"];
const packages = join(import.meta.dirname, "packages");
const alias = [...sourceEntries()].map(([specifier, file]) => ({
  find: new RegExp(`^${specifier.replace("*", "(.+)")}$`),
  replacement: file.replace("*", "$1"),
}));

const members = readdirSync(packages)
  .map((dir) => join("packages", dir))
  .concat("conformance", "bench", "examples")
  .filter((dir) => existsSync(join(import.meta.dirname, dir, "package.json")));

export default defineConfig({
  resolve: { conditions, alias },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      ...members.map((dir) => ({
        extends: true as const,
        root: join(import.meta.dirname, dir),
        test: {
          name: JSON.parse(readFileSync(join(import.meta.dirname, dir, "package.json"), "utf8")).name,
          include: ["test/**/!(*.browser).test.ts", "src/**/!(*.browser).test.ts"],
        },
      })),
      {
        extends: true as const,
        root: join(import.meta.dirname, "scripts"),
        test: { name: "scripts", include: ["**/*.test.ts"] },
      },
    ],
  },
});
