// Installs the workspace's dependencies when they are missing or out of date.
// Plain JavaScript without imports beyond Node's own: it runs before anything is installed, on any Node from 20.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "node_modules/.cache/bootstrap");

const members = ["packages", "."].flatMap((parent) =>
  readdirSync(join(root, parent)).map((dir) => join(parent, dir, "package.json")),
);
const inputs = ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ...members.sort()].filter((file) =>
  existsSync(join(root, file)),
);
const hash = createHash("sha256");
for (const file of inputs) hash.update(file).update(readFileSync(join(root, file)));
const want = hash.digest("hex");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== want) {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  console.error(`Installing dependencies with ${packageManager} (first run, or they changed) …`);
  rmSync(stamp, { force: true });
  const { status, error } = spawnSync("npx", ["-y", packageManager, "install", "--frozen-lockfile"], {
    cwd: root,
    stdio: ["ignore", 2, 2], // standard output belongs to the command that follows
    shell: process.platform === "win32",
  });
  if (error) throw error;
  if (status !== 0) {
    console.error("The installation failed: see above. It needs the npm registry once; nothing else does.");
    process.exit(status ?? 1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, want);
}

// Sources are run as they are, which takes Node's type stripping. Where the machine's Node is older,
// an optional dependency of the root brings one along; not every platform has it.
const brought = existsSync(join(root, "node_modules/.bin/node"));
const [major, minor] = process.versions.node.split(".").map(Number);
if (!brought && !(major > 22 || (major === 22 && minor >= 18))) {
  console.error(
    `Node ${process.versions.node} cannot run TypeScript, and no newer one is packaged for ` +
      `${process.platform}-${process.arch}. Install Node 24 to work on this repository ` +
      "(the published packages run on Node 20.19 and later).",
  );
  process.exit(1);
}
