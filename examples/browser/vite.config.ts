import { defineConfig, type Plugin } from "vite";
import { loadDigits } from "../digits/data.ts";

/** Images for the page: a label and 784 bytes each. */
function digitBytes(count: number): Uint8Array {
  const { images, labels } = loadDigits(0).train;
  const bytes = new Uint8Array(count * 785);
  for (let i = 0; i < count; i++) {
    bytes[i * 785] = labels.values[i]!;
    for (let p = 0; p < 784; p++) bytes[i * 785 + 1 + p] = Math.round(images.values[i * 784 + p]! * 255);
  }
  return bytes;
}

/** Serves the digits of the `mnist` package as `digits.bin`. */
const digits = (): Plugin => ({
  name: "digits",
  configureServer(server) {
    server.middlewares.use("/digits.bin", (_, response) => void response.end(digitBytes(6000)));
  },
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "digits.bin", source: digitBytes(6000) });
  },
});

// Threads of WebAssembly share memory, which browsers allow to isolated pages only: a real server sends these, too.
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ["@keras/source", "module", "browser", "import", "default"] },
  server: { headers },
  preview: { headers },
  optimizeDeps: { exclude: ["onnxruntime-web", "onnxruntime-web/wasm", "onnxruntime-web/webgpu"] },
  worker: { format: "es" },
  build: { target: "es2023", chunkSizeWarningLimit: 4000 },
  plugins: [digits()],
});
