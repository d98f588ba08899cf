import {
  ArgumentError,
  dim,
  ensureBackend,
  floatx,
  serializeObject,
  StateError,
  type GraphValue,
  type Variable,
  isVariable,
} from "@keras/ops";
import { isLayer, type Layer } from "@keras/layers";
import { files as fileSystem } from "#files";
import { BaseModel } from "../model.ts";
import type { ExportContents, ExportEndpoint, ExportFormat, ExportPort, ExportReport, ExportSource } from "./format.ts";
import { functionSignature, modelSignature, type AnyModel, type InputSignature } from "./signature.ts";
import { traceEndpoint } from "./trace-endpoint.ts";

/** How an endpoint is called. */
export interface EndpointOptions {
  /** One entry per argument. Default for a model: its inputs. */
  readonly inputSignature?: readonly InputSignature[] | undefined;
  /** Number of samples where it is to be fixed. Default null: any; the axis is called `batch`. */
  readonly batchSize?: number | null | undefined;
  /** Default: the names of the Input layers, or those in the signature. */
  readonly inputNames?: readonly string[] | undefined;
  /** Default: the names of the output layers, the keys of a dictionary of outputs, or `output_0`, `output_1`, …. */
  readonly outputNames?: readonly string[] | undefined;
}

/** How an archive is written. */
export interface WriteOutOptions<Options extends object = object> {
  /** What to write: `onnx` of `@keras/io-onnx`, and so on. */
  readonly format: ExportFormat<Options>;
  /** Prints what is done and the sizes: to the console, or to a function. Default false. */
  readonly verbose?: boolean | ((line: string) => void) | undefined;
}

/** A function that can be an endpoint: tensors in, tensors or structures of them out. */
export type EndpointFunction = (...inputs: never[]) => unknown;

/**
 * A set of functions to export together with the weights that they use; `exportModel` is the short way for a whole model.
 *
 * @example
 * ```ts
 * import { ExportArchive } from "@keras/models";
 * import { onnx } from "@keras/io-onnx";
 * import { Input, Sequential, layers, ops } from "keras";
 * const model = new Sequential([Input({ shape: [4] }), new layers.Dense({ units: 2 })]);
 * const archive = new ExportArchive();
 * archive.track(model);
 * await archive.addEndpoint("score", (x: ops.Tensor) => ops.sigmoid(model.apply(x)), {
 *   inputSignature: [{ shape: [null, 4], name: "x" }],
 * });
 * const report = await archive.writeOut(undefined, { format: onnx });
 * console.log(report.inputs[0]!.name, report.parameters); // "x" 10
 * ```
 */
export class ExportArchive {
  readonly name: string;
  private readonly resources: (Layer | Variable)[] = [];
  private readonly collections = new Map<string, readonly Variable[]>();
  private readonly endpoints = new Map<string, ExportEndpoint>();

  constructor(options: { readonly name?: string | undefined } = {}) {
    this.name = options.name ?? "model";
  }

  /**
   * Adds a layer, a model or a variable whose weights the endpoints use.
   *
   * @throws {ArgumentError} for anything else.
   */
  track(resource: object): void {
    if (!isLayer(resource) && !isVariable(resource))
      throw new ArgumentError("only layers, models and variables can be tracked");
    if (isLayer(resource) && !resource.built)
      throw new ArgumentError("build the layer before it is tracked: call it on data, or give it an Input", {
        layer: resource.path,
      });
    if (!this.resources.includes(resource)) this.resources.push(resource);
  }

  /** Everything that is tracked or that an endpoint uses. */
  get variables(): readonly Variable[] {
    const found = new Set<Variable>();
    for (const resource of this.resources)
      for (const v of isLayer(resource) ? resource.variables : [resource]) found.add(v);
    for (const { graph, written } of this.endpoints.values()) {
      for (const input of graph.inputs) if (input.role === "variable") found.add(input.variable);
      for (const v of written) found.add(v);
    }
    return [...found];
  }

  get trainableVariables(): readonly Variable[] {
    return this.variables.filter((v) => v.trainable);
  }

  get nonTrainableVariables(): readonly Variable[] {
    return this.variables.filter((v) => !v.trainable);
  }

  /**
   * Adds a function to call in the exported artifact. It is traced at once, on inputs whose unknown sizes stay free.
   *
   * @param name - As the artifact calls it. The first endpoint is the one that formats with a single graph write.
   * @param fn - A model, a layer, or a function of tensors.
   * @throws {ArgumentError} when the name is taken or a function comes without a signature.
   * @throws {BuildError} when the shapes of a model's inputs are not known.
   */
  async addEndpoint(name: string, fn: EndpointFunction | object, options: EndpointOptions = {}): Promise<void> {
    if (this.endpoints.has(name)) throw new ArgumentError(`there is an endpoint '${name}' already`);
    await ensureBackend();
    const { inputSignature, inputNames, outputNames, batchSize = null } = options;
    const isModel = fn instanceof BaseModel;
    if (!isModel && !inputSignature) {
      throw new ArgumentError(
        `the endpoint '${name}' needs \`inputSignature\`, with one entry per argument: [{ shape: [null, 28, 28, 1] }]`,
      );
    }
    const signature = isModel
      ? modelSignature(fn as unknown as AnyModel, inputSignature, batchSize)
      : functionSignature(inputSignature!, floatx());
    if (inputNames && inputNames.length !== signature.inputs.length)
      throw new ArgumentError(
        `the model has ${signature.inputs.length} inputs, but ${inputNames.length} names were given`,
      );
    const inputs = signature.inputs.map((x, i) => ({ ...x, name: inputNames?.[i] ?? x.name }));
    const call = isLayer(fn)
      ? (...xs: unknown[]): unknown => fn.applyAny(...xs, { training: false })
      : (fn as (...xs: unknown[]) => unknown);
    const endpoint = traceEndpoint(name, call as EndpointFunction, { ...signature, inputs }, outputNames);
    if (outputNames && outputNames.length !== endpoint.outputNames.length)
      throw new ArgumentError(
        `the model has ${endpoint.outputNames.length} outputs, but ${outputNames.length} names were given`,
      );
    this.endpoints.set(name, endpoint);
  }

  /** `track` and `addEndpoint` in one. */
  async trackAndAddEndpoint(name: string, resource: object, options: EndpointOptions = {}): Promise<void> {
    this.track(resource);
    await this.addEndpoint(name, resource, options);
  }

  /** Names a group of variables, for formats that keep variables. */
  addVariableCollection(name: string, variables: readonly Variable[]): void {
    if (!variables.every(isVariable)) throw new ArgumentError("a collection holds variables alone");
    this.collections.set(name, [...variables]);
  }

  /**
   * Writes all endpoints.
   *
   * @param path - Where to (in Node); without one, the report's `files` hold the bytes.
   * @throws {StateError} when there is no endpoint.
   * @throws {ArgumentError} when the path does not end as the format wants.
   * @throws {UnsupportedError} when the format has no equivalent of an op; names the op and the layer.
   */
  async writeOut<Options extends object>(
    path: string | undefined,
    options: WriteOutOptions<Options> & Options,
  ): Promise<ExportReport> {
    const started = performance.now();
    const { format, verbose = false, ...rest } = options;
    if (this.endpoints.size === 0) throw new StateError("there is nothing to export: add an endpoint first");
    checkPath(path, format as ExportFormat);
    const print = typeof verbose === "function" ? verbose : verbose ? (line: string) => console.log(line) : () => {};
    const source: ExportSource = {
      name: this.name,
      endpoints: [...this.endpoints.values()],
      collections: new Map([
        ["variables", this.variables],
        ["trainable_variables", this.trainableVariables],
        ["non_trainable_variables", this.nonTrainableVariables],
        ...this.collections,
      ]),
      metadata: this.metadata(),
      path,
      fileName: path === undefined ? `${this.name}${format.ending ?? ""}` : path.replace(/^.*[/\\](?=[^/\\])/, ""),
      progress: print,
    };
    print(`Exporting '${this.name}' to ${format.title}: ${source.endpoints.map((e) => e.name).join(", ")}`);
    const contents = await format.write(source, rest as unknown as Options);
    if (path !== undefined)
      for (const file of contents.files)
        await fileSystem.write(placeOf(path, format as ExportFormat, file.name), file.bytes);
    const report = this.report(format.name, path ?? null, contents, performance.now() - started);
    for (const line of reportLines(report)) print(line);
    return report;
  }

  private metadata(): Record<string, string> {
    const model = this.resources.find((r) => r instanceof BaseModel);
    const version = { keras_version: "3.15.1" };
    if (!model) return version;
    try {
      return { ...version, keras_config: JSON.stringify(serializeObject(model)) };
    } catch {
      // A model whose class has no config is exported all the same.
      return version;
    }
  }

  private report(format: string, path: string | null, contents: ExportContents, milliseconds: number): ExportReport {
    const endpoints = [...this.endpoints.values()].map((e) => ({
      name: e.name,
      inputs: e.inputs.map((x) => port(x.name, x)),
      outputs: e.outputNames.map((name, i) => port(name, e.graph.outputs[i]!)),
    }));
    return {
      format,
      path,
      ...contents,
      bytes: contents.files.reduce((n, f) => n + f.bytes.length, 0),
      parameters: this.variables.reduce((n, v) => n + (dim.product(v.shape) as number), 0),
      endpoints,
      inputs: endpoints[0]!.inputs,
      outputs: endpoints[0]!.outputs,
      milliseconds,
    };
  }
}

const port = (name: string, { shape, dtype }: Pick<GraphValue, "shape" | "dtype">): ExportPort => ({
  name,
  dtype,
  shape: shape.map((d) => (typeof d === "number" ? d : String(d))),
});

function checkPath(path: string | undefined, { ending, title }: ExportFormat): void {
  if (path === undefined) return;
  const article = /^[AEIO]/.test(title) ? "an" : "a";
  if (path === "") throw new ArgumentError("the path is empty");
  if (ending !== null && !path.endsWith(ending))
    throw new ArgumentError(`${article} ${title} model is written to a path that ends in '${ending}', not '${path}'`);
}

/** Files lie beside the main one, or in the folder that the path names. */
function placeOf(path: string, { ending }: ExportFormat, name: string): string {
  if (ending === null) return `${path.replace(/[/\\]+$/, "")}/${name}`;
  return path.replace(/[^/\\]*$/, name);
}

const plural = (n: number, word: string): string => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;

function reportLines(report: ExportReport): string[] {
  const count = Object.values(report.ops).reduce((n, c) => n + c, 0);
  return [
    `${plural(count, "op")}, ${plural(report.parameters, "parameter")}, ${plural(report.bytes, "byte")} in ${plural(report.files.length, "file")}, ${Math.round(report.milliseconds)} ms`,
    ...report.endpoints.map(
      (e) => `  ${e.name}(${e.inputs.map(shown).join(", ")}) → ${e.outputs.map(shown).join(", ")}`,
    ),
    ...report.warnings.map((w) => `warning: ${w}`),
    ...(report.path === null ? [] : [`Saved at '${report.path}'`]),
  ];
}

const shown = ({ name, dtype, shape }: ExportPort): string => `${name}: ${dtype}[${shape.join(", ")}]`;
