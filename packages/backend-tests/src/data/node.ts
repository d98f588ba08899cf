import { readFile } from "node:fs/promises";

/** A file of the package's `data` folder. */
export async function loadText(name: string): Promise<string> {
  return readFile(new URL(`../../data/${name}`, import.meta.url), "utf8");
}
