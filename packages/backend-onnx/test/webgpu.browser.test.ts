import { testBackend } from "@keras/backend-tests";
import { expect, it } from "vitest";
import { configureOnnx, onnxBackend, onnxStatus } from "../src/index.ts";

configureOnnx({ executionProviders: ["webgpu"] });

await testBackend("onnx", {
  parts: ["transfer", "jit", "control_flow", "random", "memory", "training", "switching", "errors"],
  memorySteps: 100,
  // Adapters compute functions like exp and tanh to fewer places, and adapters in software fewer still.
  tolerance: { ulps: 4096, absolute: 1e-4 },
  lossTolerance: 2e-3,
});

it("runs on a WebGPU device, where values stay", async () => {
  expect(onnxStatus().runtime).toBe("onnxruntime-web (webgpu)");
  expect(onnxBackend.downloadSync).toBe(undefined);
});
