import { zipBytes, zipInput } from "../zip/write.ts";

/**
 * Files in memory as one zip archive, uncompressed: to hand an export of several files to the user of a browser, for example.
 *
 * @param files - With paths inside the archive.
 * @throws {ArgumentError} when two files have one name.
 * @example
 * ```ts
 * import { zipFiles } from "@keras/io-keras";
 * import { Input, Sequential, layers } from "keras";
 * const model = new Sequential([Input({ shape: [4] }), new layers.Dense({ units: 2 })], { name: "net" });
 * const { files } = await model.export(undefined, { format: "openvino" });
 * const blob = new Blob([await zipFiles(files)], { type: "application/zip" });
 * console.log(files.length, blob.size > 100); // 2 true
 * ```
 */
export async function zipFiles(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<Uint8Array<ArrayBuffer>> {
  return zipBytes(files.map(({ name, bytes }) => zipInput(name, bytes)));
}
