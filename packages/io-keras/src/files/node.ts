import process from "node:process";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { NotFoundError } from "@keras/ops";
import { fileHandleSource } from "../bytes/source.ts";
import type { Files } from "./files.ts";

let written = 0;

export const files: Files = {
  async open(path) {
    let handle;
    try {
      handle = await open(path, "r");
    } catch (cause) {
      if ((cause as { code?: string }).code !== "ENOENT") throw cause;
      throw new NotFoundError(`there is no file '${path}'`, { cause });
    }
    try {
      return { source: await fileHandleSource(handle), close: () => handle.close() };
    } catch (error) {
      await handle.close();
      throw error;
    }
  },
  async exists(path) {
    return stat(path).then(
      () => true,
      () => false,
    );
  },
  async write(path, produce) {
    await mkdir(dirname(path), { recursive: true });
    // Beside the target, so that the renaming stays within one file system and is atomic.
    const temporary = `${path}.${process.pid}-${++written}.tmp`;
    const handle = await open(temporary, "wx");
    try {
      try {
        await produce(async (piece) => {
          for (let at = 0; at < piece.length;) at += (await handle.write(piece, at)).bytesWritten;
        });
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  },
};
