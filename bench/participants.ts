import { join } from "node:path";
import type { Command } from "./worker-process.ts";

/** One side of the comparison. */
export interface Participant {
  readonly name: string;
  readonly label: string;
  readonly kind: "ours" | "keras" | "hand";
  readonly command: Command;
}

/** Where the other sides live. */
export interface Surroundings {
  /** An interpreter that has Keras, or why there is none. */
  readonly python: string | Error;
  /** The folder of the hand-derived graphs, or why there are none. */
  readonly handGraphs: string | Error;
  /** Run the built packages instead of their TypeScript sources. */
  readonly built: boolean;
}

/** Backends of this project that train, by the name `setBackend` takes. */
export const BACKENDS = ["onnx", "ref"] as const;

const KERAS = {
  "keras-jax": { label: "Keras, JAX", backend: "jax", args: [] },
  "keras-tensorflow": { label: "Keras, TensorFlow", backend: "tensorflow", args: [] },
  "keras-tensorflow-xla": { label: "Keras, TensorFlow with XLA", backend: "tensorflow", args: ["--xla"] },
  "keras-torch": { label: "Keras, torch", backend: "torch", args: [] },
} as const;

type KerasName = keyof typeof KERAS;

const KERAS_NAMES = Object.keys(KERAS) as KerasName[];

/** What `--against` takes: a side, or `keras` for all of them. */
export const OPPONENTS: readonly string[] = ["keras", ...KERAS_NAMES, "hand"];

/** The sides that `--against` names, in the order of the tables. */
export function opponents(names: readonly string[]): (KerasName | "hand")[] {
  return [...KERAS_NAMES, "hand" as const].filter(
    (name) => names.includes(name) || (name !== "hand" && names.includes("keras")),
  );
}

export function ours(backend: string, surroundings: Surroundings): Participant {
  const condition = surroundings.built ? [] : ["--conditions=@keras/source"];
  return {
    name: backend,
    label: `here, ${backend}`,
    kind: "ours",
    command: { file: process.execPath, args: [...condition, script("workers/typescript.ts"), backend] },
  };
}

/** @throws the reason why this side cannot take part */
export function opponent(name: KerasName | "hand", surroundings: Surroundings): Participant {
  if (name === "hand") {
    const graphs = available(surroundings.handGraphs);
    const args = [script("workers/hand.ts"), graphs];
    return { name, label: "hand-derived graph", kind: "hand", command: { file: process.execPath, args } };
  }
  const { label, backend, args } = KERAS[name];
  return {
    name,
    label,
    kind: "keras",
    command: {
      file: available(surroundings.python),
      args: [script("python/worker.py"), ...args],
      env: { KERAS_BACKEND: backend },
    },
  };
}

/** What a side that is not on the machine is called in the tables. */
export function labelOf(name: KerasName | "hand"): string {
  return name === "hand" ? "hand-derived graph" : KERAS[name].label;
}

function script(path: string): string {
  return join(import.meta.dirname, path);
}

function available(value: string | Error): string {
  if (value instanceof Error) throw value;
  return value;
}
