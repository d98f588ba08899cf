// Lets any module of the repository import the workspace packages from their sources, wherever it lies.
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { sourceEntries } from "./workspace.ts";

/** Installs the resolution in this process. */
export function resolveFromSource(): void {
  const entries = sourceEntries();
  registerHooks({
    resolve(specifier, context, next) {
      const file = sourceOf(specifier, entries);
      return file === null ? next(specifier, context) : { url: pathToFileURL(file).href, shortCircuit: true };
    },
  });
}

/** The source behind a specifier, or null when it is none of the workspace's. */
function sourceOf(specifier: string, entries: ReadonlyMap<string, string>): string | null {
  const exact = entries.get(specifier);
  if (exact !== undefined) return exact;
  for (const [pattern, file] of entries) {
    const prefix = pattern.endsWith("/*") ? pattern.slice(0, -1) : null;
    if (prefix !== null && specifier.startsWith(prefix)) return file.replace("*", specifier.slice(prefix.length));
  }
  return null;
}
