// Compiles every package into its dist/. Outputs whose source is gone are removed first: they would be published.
import { existsSync, globSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "./lib/run.ts";
import { ROOT, workspacePackages } from "./lib/workspace.ts";

/** @throws Error with the compiler's output when a package does not compile */
export async function build(): Promise<void> {
  const packages = workspacePackages();
  for (const { path } of packages)
    for (const file of globSync("dist/**/*.{js,d.ts,js.map,d.ts.map}", { cwd: path })) {
      const source = file.replace(/^dist/, "src").replace(/(\.d\.ts|\.js)(\.map)?$/, ".ts");
      if (!existsSync(join(path, source))) rmSync(join(path, file));
    }
  // Declared outputs that were deleted by hand are written again only by a forced build.
  const forced = packages.some(({ path }) => !existsSync(join(path, "dist/index.js"))) ? ["--force"] : [];
  const folders = packages.map(({ dir }) => join(ROOT, "packages", dir));
  const { status, output } = await run(["tsc", "-b", ...forced, ...folders]);
  if (status !== 0) throw new Error(`The packages do not compile:\n${output}`);
}

if (import.meta.main) {
  await build();
  console.log("All packages are built.");
}
