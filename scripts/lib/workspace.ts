// The packages of the workspace, as their manifests describe them.
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The repository's root. */
export const ROOT: string = resolve(import.meta.dirname, "../..");

/** What the scripts read of a package.json. */
export interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  sideEffects?: boolean | string[];
  imports?: Record<string, unknown>;
  exports?: Record<string, unknown>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

export interface WorkspacePackage {
  /** The folder's name under packages/. */
  readonly dir: string;
  readonly name: string;
  readonly path: string;
  readonly manifest: Manifest;
}

export function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, "utf8")) as T;
}

/** Every published package, by folder name. */
export function workspacePackages(): WorkspacePackage[] {
  return readdirSync(join(ROOT, "packages"))
    .filter((dir) => existsSync(join(ROOT, "packages", dir, "package.json")))
    .toSorted()
    .map((dir) => {
      const path = join(ROOT, "packages", dir);
      const manifest = readJson<Manifest>(join(path, "package.json"));
      return { dir, name: manifest.name, path, manifest };
    });
}

/** A package's sources that get published, relative to its folder. */
export function sourcesOf(pkg: WorkspacePackage): string[] {
  return globSync("src/**/*.ts", { cwd: pkg.path })
    .filter((file) => !/\.test(-d)?\.ts$/.test(file))
    .toSorted();
}

/** Every specifier of the workspace's packages and the source behind it; `keras/*` stands for a pattern. */
export function sourceEntries(): Map<string, string> {
  const entries = new Map<string, string>();
  for (const { name, path, manifest } of workspacePackages())
    for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
      const source = (target as Record<string, unknown> | null)?.["@keras/source"];
      if (typeof source === "string") entries.set(join(name, subpath), join(path, source));
    }
  return entries;
}
