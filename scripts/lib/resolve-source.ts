// Lets any module of the repository import the workspace packages from their sources, wherever it lies.
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { ROOT } from "./workspace.ts";

/** The source file behind a workspace specifier, or null for anything else. */
export function sourceFile(specifier: string): string | null {
  const [, scoped, subpath] = /^(?:@keras\/([^/]+)|keras(?:\/(.+))?)$/.exec(specifier) ?? [];
  if (scoped !== undefined) return join(ROOT, "packages", scoped, "src/index.ts");
  if (subpath !== undefined) return join(ROOT, "packages/keras/src/api", `${subpath}.ts`);
  return specifier === "keras" ? join(ROOT, "packages/keras/src/index.ts") : null;
}

/** Installs the resolution in this process. */
export function resolveFromSource(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const file = sourceFile(specifier);
      return file === null ? next(specifier, context) : { url: pathToFileURL(file).href, shortCircuit: true };
    },
  });
}
