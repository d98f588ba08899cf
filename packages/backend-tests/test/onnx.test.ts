import "@keras/backend-onnx";
import { testBackend } from "../src/index.ts";

await testBackend("onnx");
