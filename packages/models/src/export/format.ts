import type { DType, Graph, Variable } from "@keras/ops";
import type { SignatureInput } from "./signature.ts";

/** A function to export, as a graph. */
export interface ExportEndpoint {
  readonly name: string;
  /** As it was traced: variables are inputs of their own role, and the last outputs are the new values of `written`. */
  readonly graph: Graph;
  /** The graph's arguments, in order. */
  readonly inputs: readonly SignatureInput[];
  /** Names of the outputs, but for those of `written`. */
  readonly outputNames: readonly string[];
  /** The function gives a dictionary of tensors, whose keys are the names of the outputs. */
  readonly isDictionary: boolean;
  /** Variables that the function assigns. */
  readonly written: readonly Variable[];
}

/** What a format is given to write. */
export interface ExportSource {
  readonly name: string;
  /** At least one. */
  readonly endpoints: readonly ExportEndpoint[];
  /** Variables by collection: `variables`, `trainable_variables`, `non_trainable_variables`, and those that were added. */
  readonly collections: ReadonlyMap<string, readonly Variable[]>;
  /** Text about the model, by key: its config and Keras's version. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Where it will be written, if anywhere. */
  readonly path: string | undefined;
  /** Name of the main file: the end of the path, else one made of the model's name. */
  readonly fileName: string;
  /** Tells the user what is being done, when asked to. */
  readonly progress: (line: string) => void;
}

/** A file of an export. */
export interface ExportFile {
  /** Relative to the folder of the path; below the path itself where the format is a folder. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a format made. */
export interface ExportContents {
  /** The main file last, so that what it refers to is there when it appears. */
  readonly files: readonly ExportFile[];
  /** How often each operator of the format occurs. */
  readonly ops: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}

/**
 * A file format that models are exported to. Packages export one each (`onnx` of `@keras/io-onnx`, …), to be passed to
 * {@link exportModel}: nothing registers itself, so a bundle holds only the formats it names.
 */
export interface ExportFormat<Options extends object = object> {
  /** As in `model.export(path, { format })`. */
  readonly name: string;
  /** As people call it. */
  readonly title: string;
  /** How a path must end; null: the path is a folder. */
  readonly ending: string | null;
  /** Makes the files. @throws {UnsupportedError} when the format has no equivalent of an op. */
  readonly write: (source: ExportSource, options: Options) => Promise<ExportContents>;
}

/** An input or output of an export. */
export interface ExportPort {
  readonly name: string;
  readonly dtype: DType;
  /** Sizes; names where they vary. */
  readonly shape: readonly (number | string)[];
}

/** What was exported. */
export interface ExportReport {
  /** Name of the format. */
  readonly format: string;
  /** The main file's path; null where nothing was written. */
  readonly path: string | null;
  readonly files: readonly ExportFile[];
  /** Size of all files in bytes. */
  readonly bytes: number;
  /** Scalars in the weights. */
  readonly parameters: number;
  /** How often each operator of the format occurs. */
  readonly ops: Readonly<Record<string, number>>;
  readonly endpoints: readonly {
    readonly name: string;
    readonly inputs: readonly ExportPort[];
    readonly outputs: readonly ExportPort[];
  }[];
  /** Inputs of the first endpoint. */
  readonly inputs: readonly ExportPort[];
  /** Outputs of the first endpoint. */
  readonly outputs: readonly ExportPort[];
  readonly warnings: readonly string[];
  /** Time that it took. */
  readonly milliseconds: number;
}
