import { cachedFolder } from "../python/cached.ts";

const SOURCES = ["graph", "mlp", "cnn", "lstm", "transformer", "generate"].map((name) => `hand/${name}.py`);

/**
 * The folder of the hand-derived graphs, written with the given Python, which needs `onnx`.
 *
 * @throws Error with what Python said
 */
export function handGraphs(python: string): string {
  return cachedFolder(python, { script: "hand/generate.py", sources: [...SOURCES, "cases.json"] });
}
