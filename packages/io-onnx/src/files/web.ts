import { NotFoundError } from "@keras/ops";
import type { Files } from "./files.ts";

/** In browsers paths are URLs. */
export const files: Files = {
  async read(path) {
    const response = await fetch(path);
    if (!response.ok) throw new NotFoundError(`'${path}' cannot be fetched: ${response.status} ${response.statusText}`);
    return new Uint8Array(await response.arrayBuffer());
  },
};
