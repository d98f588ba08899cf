// The backends that come with the umbrella, and which of them is used until another is set.
import "@keras/backend-onnx";
import "@keras/backend-ref";
import { BackendError, runtime, setBackend } from "@keras/ops";

// Started here, so that ops work right after the import, without `await setBackend(...)`.
if (runtime().backend === null) {
  try {
    await setBackend("onnx");
  } catch (error) {
    // ONNX Runtime has no build for this platform, or its package was left out: the plain engine runs anywhere.
    if (!(error instanceof BackendError)) throw error;
    await setBackend("ref");
    console.warn(`keras: ONNX Runtime did not start (${error.message}); using the slower reference backend`);
  }
}
