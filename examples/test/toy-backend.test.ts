import { readFileSync } from "node:fs";
import { testBackend } from "@keras/backend-tests";
import { expect, it } from "vitest";
import "../toy-backend/index.ts";

await testBackend("toy", { memorySteps: 1000 });

it("is small", () => {
  const lines = ["kernels.ts", "index.ts"].flatMap((file) =>
    readFileSync(new URL(`../toy-backend/${file}`, import.meta.url), "utf8").split("\n"),
  );
  expect(lines.length).toBeLessThan(300);
});

it("is what the guide shows", () => {
  const guide = readFileSync(new URL("../../docs/write-a-backend.md", import.meta.url), "utf8");
  const code = ["kernels.ts", "index.ts"]
    .map((file) => readFileSync(new URL(`../toy-backend/${file}`, import.meta.url), "utf8"))
    .join("\n");
  const shown = [...guide.matchAll(/```ts excerpt\n([\s\S]*?)```/g)].map(([, text]) => text!.trim());
  expect(shown.length).toBeGreaterThan(3);
  for (const excerpt of shown) expect(code).toContain(excerpt);
});
