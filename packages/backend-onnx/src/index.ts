import { registerBackend } from "@keras/ops";
import { onnxBackend } from "./backend.ts";

export { onnxBackend, onnxStatus } from "./backend.ts";
export { configureOnnx, type OnnxSettings } from "./settings.ts";

registerBackend(onnxBackend);
