import { testBackend } from "@keras/backend-tests";
import { expect, it } from "vitest";
import { onnxStatus } from "../src/index.ts";

await testBackend("onnx", { memorySteps: 2000 });

it("runs as WebAssembly, with threads", () => {
  expect(onnxStatus().runtime).toBe("onnxruntime-web (wasm)");
  expect(crossOriginIsolated).toBe(true);
});
