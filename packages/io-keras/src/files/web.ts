import { NotFoundError, UnsupportedError } from "@keras/ops";
import { byteSource } from "../bytes/source.ts";
import type { Files } from "./files.ts";

export const files: Files = {
  async open(path) {
    const response = await fetch(path);
    if (!response.ok) throw new NotFoundError(`'${path}' cannot be fetched: ${response.status} ${response.statusText}`);
    return { source: byteSource(await response.arrayBuffer()), close: () => Promise.resolve() };
  },
  exists: () => Promise.resolve(false),
  write(path) {
    throw new UnsupportedError(
      `a browser cannot write to the path '${path}': leave the target out to get the bytes, or give a FileSystemFileHandle or a WritableStream`,
    );
  },
};
