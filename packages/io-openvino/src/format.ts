import { prepareEndpoint, type ExportFormat, type ExportTarget } from "@keras/models";
import { ArgumentError } from "@keras/ops";
import { lowerToOpenVino, openVinoSupports } from "@keras/lowering-openvino";

/** What the format OpenVINO takes, beside the options of every export. */
export interface OpenVinoOptions {
  /** How weights are stored. Default `float32`; `float16` halves the file. */
  readonly weights?: "float32" | "float16" | undefined;
  /** Which endpoint the file holds, where there are several. Default: the only one. */
  readonly endpoint?: string | undefined;
}

const TARGET: ExportTarget = { title: "OpenVINO", supports: openVinoSupports };

/**
 * The format OpenVINO IR, for `exportModel` and `ExportArchive`: `NAME.xml` with the network and `NAME.bin` with its weights.
 *
 * @example
 * ```ts
 * import { exportModel } from "@keras/models";
 * import { openvino } from "@keras/io-openvino";
 * import { Input, Sequential, layers } from "keras";
 * const model = new Sequential([Input({ shape: [4] }), new layers.Dense({ units: 2 })], { name: "net" });
 * const report = await exportModel(model, undefined, { format: openvino });
 * console.log(report.files.map((f) => f.name)); // ["net.bin", "net.xml"]
 * ```
 */
export const openvino: ExportFormat<OpenVinoOptions> = {
  name: "openvino",
  title: "OpenVINO",
  ending: ".xml",
  write: async ({ endpoints, name, fileName, metadata }, { weights, endpoint: wanted }) => {
    const endpoint =
      wanted === undefined && endpoints.length === 1 ? endpoints[0] : endpoints.find((e) => e.name === wanted);
    if (!endpoint) {
      const names = endpoints.map((e) => `'${e.name}'`).join(", ");
      throw new ArgumentError(`an OpenVINO file holds one function: say which with \`endpoint\`, one of ${names}`);
    }
    const ready = await prepareEndpoint(endpoint, TARGET);
    const { xml, bin, ops } = lowerToOpenVino(ready.graph, {
      name,
      inputNames: ready.graph.inputs.map((input) => input.name),
      outputNames: ready.outputNames,
      freeze: (input) => ready.data.get(input) ?? null,
      weights,
      metadata,
    });
    const files = [
      { name: fileName.replace(/\.xml$/, ".bin"), bytes: bin },
      { name: fileName, bytes: new TextEncoder().encode(xml) },
    ];
    return { files, ops, warnings: ready.warnings };
  },
};
