import { appendFile, mkdir, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Files } from "./files.ts";

export const files: Files = {
  async write(path, text, append) {
    await mkdir(dirname(path), { recursive: true });
    await (append ? appendFile(path, text) : writeFile(path, text));
  },
  async holdsText(path) {
    try {
      return (await stat(path)).size > 0;
    } catch {
      return false;
    }
  },
};
