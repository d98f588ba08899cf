import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../lib/run.ts";
import { ROOT, type WorkspacePackage } from "../lib/workspace.ts";

/** A package as the registry would get it. */
export interface Tarball {
  readonly pkg: WorkspacePackage;
  readonly file: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Where tarballs and the test consumer lie. */
export const PACK_FOLDER: string = join(ROOT, ".cache/pack");

/** Packs built packages, with workspace versions written out. */
export async function packAll(packages: readonly WorkspacePackage[]): Promise<Tarball[]> {
  rmSync(PACK_FOLDER, { recursive: true, force: true });
  mkdirSync(PACK_FOLDER, { recursive: true });
  return Promise.all(packages.map(pack));
}

async function pack(pkg: WorkspacePackage): Promise<Tarball> {
  const folder = join(PACK_FOLDER, pkg.dir);
  mkdirSync(folder);
  const { status, output } = await run(["pnpm", "pack", "--pack-destination", folder], { cwd: pkg.path });
  const name = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  if (status !== 0 || name === undefined) throw new Error(`${pkg.name} cannot be packed:\n${output}`);
  const file = join(folder, name);
  return { pkg, file, data: new Uint8Array(readFileSync(file)) };
}
