import { ArgumentError, decodeSmallFloats, NDArray, tree, type DType } from "@keras/ops";
import { BaseModel } from "../model.ts";
import { modelSignature, type AnyModel, type InputSignature } from "./signature.ts";

/** An artifact that a runtime has loaded. */
export interface LoadedExport {
  /** Names of the inputs, in order. */
  readonly inputs: readonly string[];
  /** Names of the outputs, in order. */
  readonly outputs: readonly string[];
  /** Runs it; gives the outputs in order. */
  run(inputs: Readonly<Record<string, NDArray>>): Promise<readonly NDArray[]>;
  dispose?(): void;
}

/** A runtime that can run exported models, such as `onnxRuntime` of `@keras/io-onnx`. */
export interface ExportRuntime {
  readonly name: string;
  /** Loads an artifact by its path or its bytes. @throws {UnsupportedError} where the runtime is not installed. */
  load(artifact: string | Uint8Array): Promise<LoadedExport>;
}

/** Options of {@link verifyExport}. */
export interface VerifyExportOptions {
  readonly runtime: ExportRuntime;
  /** Numbers of samples that are tried. Default `[1, 3]`. */
  readonly batchSizes?: readonly number[] | undefined;
  /** Size along other unknown axes. Default 6. */
  readonly length?: number | undefined;
  /** Inputs of a subclassed model. */
  readonly inputSignature?: readonly InputSignature[] | undefined;
  /** Difference up to which it passes, relative to 1 + |y|. Default 1e-4. */
  readonly tolerance?: number | undefined;
}

/** What a check found. */
export interface ExportCheck {
  readonly runtime: string;
  /** The largest difference, relative to 1 + |y|. */
  readonly difference: number;
  readonly passed: boolean;
  /** The largest difference of each output. */
  readonly outputs: Readonly<Record<string, number>>;
}

/**
 * Runs an exported model in its own runtime beside the model that it came from, on waves of numbers, and compares.
 *
 * @param artifact - Path of the file, or its bytes.
 * @throws {UnsupportedError} when the runtime is not installed.
 * @throws {ArgumentError} when the artifact has other inputs or outputs than the model.
 * @example
 * ```ts
 * import { verifyExport } from "@keras/models";
 * import { exportOnnx, onnxRuntime } from "@keras/io-onnx";
 * import { Input, Sequential, layers } from "keras";
 * const model = new Sequential([Input({ shape: [4] }), new layers.Dense({ units: 2 })]);
 * const { data } = await exportOnnx(model);
 * const check = await verifyExport(data, model, { runtime: onnxRuntime });
 * console.log(check.passed); // true
 * ```
 */
export async function verifyExport(
  artifact: string | Uint8Array,
  model: object,
  options: VerifyExportOptions,
): Promise<ExportCheck> {
  if (!(model instanceof BaseModel)) throw new ArgumentError("an export is compared with the model that it came from");
  const { runtime, batchSizes = [1, 3], tolerance = 1e-4, length = 6 } = options;
  const loaded = await runtime.load(artifact);
  const signature = modelSignature(model as unknown as AnyModel, options.inputSignature, null);
  if (loaded.inputs.length !== signature.inputs.length)
    throw new ArgumentError(
      `the artifact has ${loaded.inputs.length} inputs, the model ${signature.inputs.length}: they do not belong together`,
    );
  const outputs: Record<string, number> = {};
  try {
    for (const batch of batchSizes) {
      const given = signature.inputs.map(({ shape, dtype }, k) =>
        wave(
          shape.map((d, axis) => (typeof d === "number" ? d : axis === 0 ? batch : length)),
          dtype,
          k,
        ),
      );
      const theirs = await loaded.run(Object.fromEntries(loaded.inputs.map((name, i) => [name, given[i]!])));
      const ours = tree.flatten<NDArray>((await model.predictOnBatch(signature.pack(given)[0] as never)) as never);
      if (ours.length !== theirs.length)
        throw new ArgumentError(`the artifact has ${theirs.length} outputs, the model ${ours.length}`);
      ours.forEach((y, i) => {
        const name = loaded.outputs[i]!;
        outputs[name] = Math.max(outputs[name] ?? 0, distance(y, theirs[i]!));
      });
    }
  } finally {
    loaded.dispose?.();
  }
  const difference = Math.max(0, ...Object.values(outputs));
  return { runtime: runtime.name, difference, passed: difference <= tolerance, outputs };
}

/** Numbers that repeat nothing; small whole ones for integers. */
function wave(shape: readonly number[], dtype: DType, seed: number): NDArray {
  const n = shape.reduce((a, b) => a * b, 1);
  if (dtype.startsWith("float") || dtype === "bfloat16")
    return new NDArray(
      Float32Array.from({ length: n }, (_, i) => Math.sin(1.7 * i + seed)),
      [...shape],
      "float32",
    );
  if (dtype === "bool")
    return new NDArray(Uint8Array.from({ length: n }, (_, i) => i % 2) as never, [...shape], "bool" as never);
  return new NDArray(
    Int32Array.from({ length: n }, (_, i) => (i + seed) % 2),
    [...shape],
    "int32",
  );
}

const numbers = ({ values, dtype }: NDArray): ArrayLike<number | bigint> =>
  dtype === "float16" || dtype === "bfloat16" ? decodeSmallFloats(values as Uint16Array, dtype) : (values as never);

/** The largest difference relative to 1 + |y|; infinite where shapes differ or only one is no number. */
function distance(ours: NDArray, theirs: NDArray): number {
  if (ours.shape.join() !== theirs.shape.join()) return Number.POSITIVE_INFINITY;
  const [a, b] = [numbers(ours), numbers(theirs)];
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [Number(a[i]), Number(b[i])];
    if (Object.is(x, y) || x === y) continue;
    const d = Math.abs(x - y) / (1 + Math.abs(x));
    worst = Number.isNaN(d) ? Number.POSITIVE_INFINITY : Math.max(worst, d);
  }
  return worst;
}
