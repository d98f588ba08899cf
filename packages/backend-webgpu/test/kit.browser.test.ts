import { testBackend } from "@keras/backend-tests";
import { expect, it } from "vitest";
import { webGpuStatus } from "../src/index.ts";

await testBackend("webgpu", { memorySteps: 2000 });

it("runs on a GPU that the browser gives", () => {
  expect(webGpuStatus().lost).toBe(null);
  expect(navigator.gpu).toBeDefined();
});
