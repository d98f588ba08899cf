// TensorFlow.js on one of its own backends. Usage: node worker-tfjs.ts cpu|wasm|node
import { createRequire } from "node:module";
import * as tf from "@tensorflow/tfjs-core";
import { serveOps } from "./serve.ts";
import { TFJS } from "./tfjs.ts";

const MODULES = {
  cpu: "@tensorflow/tfjs-backend-cpu",
  wasm: "@tensorflow/tfjs-backend-wasm",
  node: "@tensorflow/tfjs-node",
} as const;

const backend = process.argv[2] as keyof typeof MODULES;

await serveOps({
  async hello() {
    // The packages' CommonJS files are those made for Node; they share one copy of the core with an import of it.
    createRequire(import.meta.url)(MODULES[backend]);
    await tf.setBackend(backend === "node" ? "tensorflow" : backend);
    await tf.ready();
    return { engine: `tfjs-core ${tf.version_core}, ${tf.getBackend()}`, modes: ["eager"] };
  },
  async prepare(op, _size, operands) {
    const apply = TFJS[op] as ((...operands: tf.Tensor[]) => tf.Tensor) | undefined;
    if (!apply) throw new TypeError("TensorFlow.js has no such op");
    const tensors = operands.map(({ values, shape, dtype }) => tf.tensor(values, [...shape], dtype));
    return {
      calls: { eager: () => tf.tidy(() => apply(...tensors)).dispose() },
      result: async () => {
        const result = tf.tidy(() => apply(...tensors));
        const { shape } = result;
        const values = await result.data();
        result.dispose();
        return { values, shape };
      },
      dispose: () => tf.dispose(tensors),
    };
  },
});
