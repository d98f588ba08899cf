// A project beside the repository that installs the tarballs: do the published files import, and do their types compile?
import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { run } from "../lib/run.ts";
import { ROOT } from "../lib/workspace.ts";
import { PACK_FOLDER, type Tarball } from "./pack.ts";

const FOLDER = join(PACK_FOLDER, "consumer");

/** Unpacks the tarballs as a package manager would; what they need from the registry is linked from the workspace. */
export async function makeConsumer(tarballs: readonly Tarball[]): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  const modules = join(FOLDER, "node_modules");
  for (const { pkg, file } of tarballs) {
    const target = join(modules, pkg.name);
    mkdirSync(target, { recursive: true });
    const { status, output } = await run(["tar", "-xzf", file, "-C", target, "--strip-components=1"]);
    if (status !== 0) throw new Error(`${file} cannot be unpacked:\n${output}`);
    const { dependencies, optionalDependencies } = pkg.manifest;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const from = join(pkg.path, "node_modules", name);
      const to = join(modules, name);
      if (tarballs.some((other) => other.pkg.name === name) || existsSync(to) || !existsSync(from)) continue;
      mkdirSync(dirname(to), { recursive: true });
      symlinkSync(realpathSync(from), to, "dir");
    }
  }
  writeFileSync(join(FOLDER, "package.json"), '{ "type": "module", "private": true }\n');
}

/** Importing a package must work and must not print anything. */
export async function importProblems({ pkg }: Tarball, node: string): Promise<string[]> {
  const script = `const m = await import(${JSON.stringify(pkg.name)}); if (Object.keys(m).length === 0) throw new Error("exports nothing");`;
  const { status, output } = await run([node, "--input-type=module", "--eval", script], { cwd: FOLDER, limit: 60 });
  if (status !== 0) return [`does not import in ${node}:\n${output}`];
  return output.trim() === "" ? [] : [`prints on import:\n${output}`];
}

/** The published declarations must compile in a strict project that does not skip library checks. */
export async function compileProblems(tarballs: readonly Tarball[], compiler: "tsc" | "tsc6"): Promise<string[]> {
  const lines = tarballs.map(
    ({ pkg }, i) => `import * as m${i} from "${pkg.name}";\nexport const k${i}: number = Object.keys(m${i}).length;\n`,
  );
  writeFileSync(join(FOLDER, "main.ts"), lines.join(""));
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: "es2023",
    lib: ["es2023", "esnext.disposable", "dom", "dom.iterable", "dom.asynciterable"],
    module: "nodenext",
    types: [],
  };
  writeFileSync(join(FOLDER, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["main.ts"] }));
  const { status, output } = await run([compiler, "-p", FOLDER], { limit: 300 });
  return status === 0 ? [] : [output.trim()];
}

/** The Node versions to try: the workspace's, and the machine's own where it is another. */
export async function nodes(): Promise<string[]> {
  const own = join(ROOT, "node_modules");
  const system = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "" && !folder.startsWith(own) && !folder.includes("node_modules"))
    .map((folder) => join(folder, "node"))
    .find((file) => existsSync(file));
  if (system === undefined) return [process.execPath];
  const { output } = await run([system, "--version"]);
  return output.trim() === process.version ? [process.execPath] : [process.execPath, system];
}
