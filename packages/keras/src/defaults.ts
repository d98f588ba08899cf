// The backends that come with the umbrella. The first one is the default.
import "@keras/backend-onnx";
import "@keras/backend-ref";
