import { readFile } from "node:fs/promises";
import { NotFoundError } from "@keras/ops";
import type { Files } from "./files.ts";

export const files: Files = {
  async read(path) {
    try {
      return await readFile(path);
    } catch (cause) {
      if ((cause as { code?: unknown }).code !== "ENOENT") throw cause;
      throw new NotFoundError(`there is no file '${path}'`, { cause });
    }
  },
};
