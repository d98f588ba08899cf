// What is wrong with one packed package, by publint, by "are the types wrong?" and by a look at its files.
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import type { Tarball } from "./pack.ts";

/** Everything publint says, suggestions aside. */
export async function publintProblems({ pkg, data }: Tarball): Promise<string[]> {
  const { messages } = await publint({
    strict: true,
    level: "warning",
    pack: { tarball: data.buffer },
  });
  return messages.map((message) => formatMessage(message, pkg.manifest, { color: false }) ?? message.code);
}

/** Resolution and type problems of every entry point. The packages are ESM alone: `require` and Node 10 do not count. */
export async function typeProblems({ data }: Tarball): Promise<string[]> {
  const result = await checkPackage(createPackageFromTarballData(data));
  if (result.types === false) return ["no types are published"];
  return result.problems.flatMap((problem) => {
    const resolution = "resolutionKind" in problem ? problem.resolutionKind : null;
    if (problem.kind === "CJSResolvesToESM" || resolution === "node10" || resolution === "node16-cjs") return [];
    const option = "resolutionOption" in problem ? problem.resolutionOption : null;
    if (option === "node10") return [];
    const place = "entrypoint" in problem ? problem.entrypoint : "fileName" in problem ? problem.fileName : "";
    return [`${problem.kind} ${place} ${resolution ?? option ?? ""}`.trimEnd()];
  });
}

/** Files that must be in the tarball, and files that must not. */
export function contentProblems({ data }: Tarball): string[] {
  const pkg = createPackageFromTarballData(data);
  const files = pkg.listFiles();
  const published = (name: string): boolean => files.some((file) => file.endsWith(`/${name}`));
  const problems: string[] = [];
  for (const name of ["LICENSE", "README.md", "dist/index.js", "dist/index.d.ts", "src/index.ts"])
    if (!published(name)) problems.push(`${name} is not published`);
  for (const file of files) if (/\.test(-d)?\.|\.tsbuildinfo$/.test(file)) problems.push(`${file} is published`);
  const manifest = pkg.readFile(`/node_modules/${pkg.packageName}/package.json`);
  if (manifest.includes("workspace:") || manifest.includes("catalog:"))
    problems.push("package.json still names the workspace");
  return problems;
}
