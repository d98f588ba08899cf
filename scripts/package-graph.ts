/**
 * The packages and what each may depend on: a strict order, in one place.
 * A package may only name packages above it, which keeps the graph free of cycles.
 * `scripts/check-graph.ts` compares this with the imports, the manifests and the tsconfig references.
 */
export const PACKAGE_GRAPH: Readonly<Record<string, readonly string[]>> = {
  ops: [],
  // Graph → format, nothing else; shared by a backend and an exporter.
  "lowering-onnx": ["ops"],
  "lowering-tf": ["ops"],
  "lowering-openvino": ["ops"],
  "lowering-litert": ["ops"],
  // Engines. Importing one registers it.
  "backend-ref": ["ops"],
  "backend-onnx": ["backend-ref", "lowering-onnx", "ops"],
  "backend-tfjs": ["backend-ref", "ops"],
  "backend-webgpu": ["backend-ref", "ops"],
  // Each usable alone.
  layers: ["ops"],
  losses: ["ops"],
  // Many metrics are losses, averaged.
  metrics: ["losses", "ops"],
  optimizers: ["ops"],
  models: ["layers", "ops"],
  callbacks: ["models", "ops"],
  training: ["callbacks", "losses", "metrics", "models", "ops", "optimizers"],
  // What every backend must pass: for those who write one.
  "backend-tests": ["backend-ref", "layers", "models", "ops", "optimizers", "training"],
  "io-keras": ["layers", "models", "ops"],
  "io-onnx": ["layers", "lowering-onnx", "models", "ops"],
  "io-savedmodel": ["lowering-tf", "models", "ops"],
  "io-openvino": ["lowering-openvino", "models", "ops"],
  "io-litert": ["lowering-litert", "models", "ops"],
  // The umbrella may use everything.
  keras: [
    "backend-onnx",
    "backend-ref",
    "callbacks",
    "io-keras",
    "io-litert",
    "io-onnx",
    "io-openvino",
    "io-savedmodel",
    "layers",
    "losses",
    "metrics",
    "models",
    "ops",
    "optimizers",
    "training",
  ],
};

/** Values and registries live here: one copy per process, so every other package takes it as a peer. */
export const PEER = "ops";

/** The folder that holds a workspace package, or null for a package from the registry. */
export function folderOf(name: string): string | null {
  if (name === "keras") return "keras";
  return name.startsWith("@keras/") ? name.slice("@keras/".length) : null;
}
