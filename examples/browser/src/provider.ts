// Imported before Keras, which starts its engine while it is imported: the page names the worker after the engine it wants.
import { configureOnnx } from "@keras/backend-onnx";

if (self.name === "webgpu") configureOnnx({ executionProviders: ["webgpu"] });
