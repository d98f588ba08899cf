// Models train alike on every engine: the tests run on each.
import "@keras/backend-onnx";
import "@keras/backend-ref";
import "../src/index.ts";

export const engines = ["ref", "onnx"] as const;
