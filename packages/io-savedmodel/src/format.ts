import { encode, DATA_TYPE, shapeProto } from "@keras/lowering-tf";
import type { ExportFormat } from "@keras/models";
import { ArgumentError, type HostArray } from "@keras/ops";
import { writeBundle, type BundleTensor } from "./bundle/bundle.ts";
import { lowerEndpoint, type LoweredEndpoint } from "./endpoint.ts";
import { mainGraph, storedVariables, type NamedSignature, type Stored } from "./graph.ts";
import { objectGraph, type ObjectGraph } from "./objects.ts";
import { FINGERPRINT, SAVED_MODEL, TRACKABLE_OBJECT_GRAPH, type SavedModel } from "./proto/saved-model.ts";

/** What the format SavedModel takes, beside the options of every export. */
export interface SavedModelOptions {
  /** Tags by which loaders find the graph. Default `["serve"]`. */
  readonly tags?: readonly string[] | undefined;
  /** The endpoint that `serving_default` calls. Default: the first. */
  readonly defaultEndpoint?: string | undefined;
}

/** The signature that servers and converters take when they are not told another. */
const DEFAULT_SIGNATURE = "serving_default";

/**
 * TensorFlow's SavedModel, for `exportModel` and `ExportArchive`: a folder with `saved_model.pb`, `fingerprint.pb` and `variables/`.
 * Weights are variables, which can be trained further where it is loaded.
 *
 * @example
 * ```ts
 * import { exportModel } from "@keras/models";
 * import { savedModel } from "@keras/io-savedmodel";
 * import { Input, Sequential, layers } from "keras";
 * const model = new Sequential([Input({ shape: [4] }), new layers.Dense({ units: 2 })]);
 * const { files } = await exportModel(model, undefined, { format: savedModel });
 * console.log(files.at(-1)!.name); // "saved_model.pb"
 * ```
 */
export const savedModel: ExportFormat<SavedModelOptions> = {
  name: "tf_saved_model",
  title: "TensorFlow SavedModel",
  ending: null,
  write: async (source, options) => {
    const names = new Set<string>();
    const endpoints: LoweredEndpoint[] = [];
    for (const endpoint of source.endpoints) endpoints.push(await lowerEndpoint(endpoint, names));
    const signatures = namedSignatures(endpoints, options.defaultEndpoint);
    const variables = source.collections.get("variables") ?? [];
    const stored = storedVariables(variables);
    const functions = endpoints.flatMap((e) => e.functions);
    const main = mainGraph(signatures, functions, stored);
    const objects = objectGraph(endpoints, signatures, stored, source.collections);
    const model: SavedModel = {
      savedModelSchemaVersion: 1,
      metaGraphs: [
        {
          metaInfoDef: {
            tags: options.tags ?? ["serve"],
            tensorflowVersion: "2.9.0",
            tensorflowGitVersion: "keras",
            strippedDefaultAttrs: true,
          },
          graphDef: main.graph,
          saverDef:
            stored.length === 0
              ? undefined
              : {
                  filenameTensorName: "saver_filename:0",
                  saveTensorName: "save/done:0",
                  restoreOpName: "restore/all",
                  version: 2,
                },
          signatureDef: main.signatures,
          objectGraphDef: { nodes: objects.nodes, concreteFunctions: objects.concreteFunctions },
        },
      ],
    };
    const { index, data } = writeBundle(await checkpoint(stored, objects));
    const fingerprint = { savedModelChecksum: 0, uuid: "1", version: { producer: 4 } };
    return {
      files: [
        { name: "variables/variables.data-00000-of-00001", bytes: data },
        { name: "variables/variables.index", bytes: index },
        { name: "fingerprint.pb", bytes: encode(FINGERPRINT, fingerprint) },
        { name: "saved_model.pb", bytes: encode(SAVED_MODEL, model) },
      ],
      ops: countOps(endpoints),
      warnings: endpoints.flatMap((e) => e.warnings),
    };
  },
};

/** Each endpoint under its name, and one as the default. */
function namedSignatures(endpoints: readonly LoweredEndpoint[], chosen: string | undefined): readonly NamedSignature[] {
  const signatures = endpoints.map((endpoint): NamedSignature => ({ name: endpoint.name, endpoint }));
  if (signatures.some((s) => s.name === DEFAULT_SIGNATURE)) return signatures;
  const endpoint = endpoints.find((e) => e.name === chosen);
  if (chosen !== undefined && !endpoint) {
    const known = endpoints.map((e) => `'${e.name}'`).join(", ");
    throw new ArgumentError(`there is no endpoint '${chosen}' to be the default: there are ${known}`);
  }
  return [...signatures, { name: DEFAULT_SIGNATURE, endpoint: endpoint ?? endpoints[0]! }];
}

const bytesOf = (values: Exclude<HostArray, string[]>): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** Values of the variables, and the objects that they belong to. */
async function checkpoint(stored: readonly Stored[], objects: ObjectGraph): Promise<BundleTensor[]> {
  const tensors: BundleTensor[] = [];
  const byNode = new Map<number, Stored>();
  for (const entry of stored) {
    const { variable, key } = entry;
    const { values, shape } = await variable.held().ndarray();
    const bytes = bytesOf(values as Exclude<HostArray, string[]>);
    tensors.push({ key, dtype: DATA_TYPE[variable.dtype], shape: shapeProto(shape), bytes });
    byNode.set(objects.variableNodes.get(variable)!, entry);
  }
  const nodes = objects.nodes.map(({ children }, i) => {
    const own = byNode.get(i);
    const attributes = own ? [{ name: "VARIABLE_VALUE", fullName: own.name, checkpointKey: own.key }] : [];
    const value = own !== undefined || children.some((c) => byNode.has(c.nodeId)) || i === 0;
    return { children, attributes, hasCheckpointValues: { value } };
  });
  tensors.push({
    key: "_CHECKPOINTABLE_OBJECT_GRAPH",
    dtype: DATA_TYPE.string,
    shape: {},
    bytes: encode(TRACKABLE_OBJECT_GRAPH, { nodes }),
    isString: true,
  });
  return tensors;
}

/** Operators of the endpoints; what only moves values between functions is no op of the model. */
function countOps(endpoints: readonly LoweredEndpoint[]): Record<string, number> {
  const ops: Record<string, number> = {};
  const isGlue = new Set(["Identity", "Const", "ReadVariableOp", "StatefulPartitionedCall"]);
  for (const { functions } of endpoints)
    for (const { op } of functions.flatMap((f) => f.nodeDef)) if (!isGlue.has(op)) ops[op] = (ops[op] ?? 0) + 1;
  return ops;
}
