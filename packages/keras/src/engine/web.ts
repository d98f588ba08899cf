// In a browser the reference engine is at hand at once; `await config.setBackend("onnx")` loads ONNX Runtime when it is wanted.
import "@keras/backend-ref";
import "@keras/backend-onnx";
