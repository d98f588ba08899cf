import { StateError } from "@keras/ops";

const TRAINING = 'import "@keras/training"';
const saving = (name: string): string =>
  `call \`${name}(model, …)\`, from \`import { ${name} } from "@keras/io-keras"\``;

/** Methods of models that other packages add, and what to do where they have not. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  compile: TRAINING,
  fit: TRAINING,
  evaluate: TRAINING,
  trainOnBatch: TRAINING,
  testOnBatch: TRAINING,
  save: saving("saveModel"),
  saveWeights: saving("saveWeights"),
  loadWeights: saving("loadWeights"),
  toJson: saving("modelToJson"),
  export:
    'call `exportModel(model, path, { format: onnx })`, from `import { exportModel } from "@keras/models"` and `import { onnx } from "@keras/io-onnx"`',
};

/** Until a package adds these methods, they say which one it is. The package `keras` adds all. */
export function standIn(prototype: object): void {
  for (const [name, advice] of Object.entries(ELSEWHERE)) {
    const value = (): never => {
      throw new StateError(
        `\`model.${name}\` is not there: ${advice}; or use the package \`keras\`, which has everything`,
      );
    };
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
}
