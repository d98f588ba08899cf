import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface Options {
  readonly backend: string | null;
  readonly epochs: number;
  readonly out: string;
}

const USAGE = `Trains a small convolutional network on handwritten digits, saves it, loads it again, and exports it.

  npm start -- [--backend NAME] [--epochs N] [--out FOLDER]

  --backend   engine to run on (default: ONNX Runtime)
  --epochs    passes over the training images (default: 6)
  --out       where digits.keras and digits.onnx go (default: the current folder)`;

/** @throws {Error} with the usage when an option is wrong. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      backend: { type: "string" },
      epochs: { type: "string" },
      out: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const epochs = Number(values.epochs ?? 6);
  if (!Number.isInteger(epochs) || epochs < 1)
    throw new Error(`--epochs takes a positive whole number, not '${values.epochs}'\n\n${USAGE}`);
  return { backend: values.backend ?? null, epochs, out: values.out ?? "." };
}
