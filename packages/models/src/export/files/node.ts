import process from "node:process";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Files } from "./files.ts";

let written = 0;

export const files: Files = {
  async write(path, bytes) {
    await mkdir(dirname(path), { recursive: true });
    // Beside the target, so that the renaming stays within one file system and is atomic.
    const temporary = `${path}.${process.pid}-${++written}.tmp`;
    try {
      await writeFile(temporary, bytes, { flag: "wx" });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  },
};
