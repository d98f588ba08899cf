import { join } from "node:path";
import type { Command } from "../worker-process.ts";

/** One side of the comparison: a process that runs ops eagerly, and inside `jit` where it can. */
export interface OpsParticipant {
  readonly name: string;
  readonly label: string;
  readonly ours: boolean;
  readonly command: Command;
}

/** Backends of this project, by the name `setBackend` takes. */
export const BACKENDS = ["onnx", "ref", "tfjs"] as const;

const TFJS = {
  "tfjs-cpu": { label: "tfjs-core, cpu", backend: "cpu" },
  "tfjs-wasm": { label: "tfjs-core, wasm", backend: "wasm" },
  "tfjs-node": { label: "tfjs-core, node", backend: "node" },
} as const;

/** What `--against` takes. */
export const OPPONENTS = ["numpy", "tfjs-cpu", "tfjs-wasm", "tfjs-node"] as const;

export function ours(backend: string): OpsParticipant {
  return { name: backend, label: `here, ${backend}`, ours: true, command: node("worker-ours.ts", backend) };
}

/** @throws the reason why this side cannot take part */
export function opponent(name: (typeof OPPONENTS)[number], python: string | Error): OpsParticipant {
  if (name !== "numpy") {
    const { label, backend } = TFJS[name];
    return { name, label, ours: false, command: node("worker-tfjs.ts", backend) };
  }
  if (python instanceof Error) throw python;
  const script = join(import.meta.dirname, "../python/numpy_worker.py");
  return { name, label: "NumPy", ours: false, command: { file: python, args: [script] } };
}

function node(worker: string, ...args: string[]): Command {
  return {
    file: process.execPath,
    args: ["--conditions=@keras/source", join(import.meta.dirname, worker), ...args],
  };
}
