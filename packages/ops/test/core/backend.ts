// Tests run on the reference engine, and where a rule concerns deferred execution on ONNX Runtime too. The engines depend on this package, so
// they are reached by path.
export { refBackend } from "../../../backend-ref/src/index.ts";
export { onnxBackend } from "../../../backend-onnx/src/index.ts";
