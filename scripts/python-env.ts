// Makes the Python environment that the round-trip tests, the conformance oracle and the bench use.
//
//   node scripts/python-env.ts [--bench] [--force]     prints the path of its python
//
// It lives in .cache/py and is made once: a stamp holds the hash of the requirements.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root: string = resolve(import.meta.dirname, "..");
const folder: string = join(root, ".cache/py");

export type PythonProfile = "base" | "bench";

const REQUIREMENTS: Record<PythonProfile, readonly string[]> = {
  base: ["requirements.txt"],
  bench: ["requirements.txt", "requirements-bench.txt"],
};

/** The oldest Python that the pinned JAX accepts. */
const MINIMUM: readonly [number, number] = [3, 11];

/** Python, its venv module or a package is missing; the message says what to install. */
export class PythonMissingError extends Error {
  override readonly name = "PythonMissingError";
}

/** Where the environment's interpreter is, whether or not it has been made. */
export function pythonPath(): string {
  return process.platform === "win32" ? join(folder, "Scripts/python.exe") : join(folder, "bin/python");
}

/** Whether the environment is there and holds what the requirements name now. */
export function pythonReady(profile: PythonProfile = "base"): boolean {
  const stamp = join(folder, `.${profile}`);
  return existsSync(pythonPath()) && existsSync(stamp) && readFileSync(stamp, "utf8") === requirementsHash(profile);
}

/**
 * Makes the environment, or does nothing when it is up to date, and returns its interpreter.
 *
 * @throws PythonMissingError when no fit Python is on the PATH or a package cannot be installed
 */
export function ensurePython(profile: PythonProfile = "base", force: boolean = false): string {
  if (!force && pythonReady(profile)) return pythonPath();
  if (force || !existsSync(pythonPath())) createVenv();
  const files = REQUIREMENTS[profile].flatMap((file) => ["-r", join(root, "scripts/python", file)]);
  console.error(`Installing Python packages into .cache/py (${profile}; once) …`);
  const pip = spawnSync(pythonPath(), ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...files], {
    stdio: ["ignore", 2, 2],
  });
  if (pip.status !== 0) throw new PythonMissingError("pip could not install the Python packages: see above.");
  writeFileSync(join(folder, `.${profile}`), requirementsHash(profile));
  if (profile === "bench") writeFileSync(join(folder, ".base"), requirementsHash("base"));
  return pythonPath();
}

function createVenv(): void {
  const python = systemPython();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const venv = spawnSync(python, ["-m", "venv", folder], { stdio: ["ignore", 2, 2] });
  if (venv.status === 0) return;
  rmSync(folder, { recursive: true, force: true });
  throw new PythonMissingError(
    `${python} cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv`,
  );
}

/** The first interpreter on the PATH that is new enough. */
function systemPython(): string {
  const seen: string[] = [];
  for (const name of ["python3", "python3.13", "python3.12", "python3.11", "python"]) {
    const probe = spawnSync(name, ["-c", 'import sys; print("%d.%d" % sys.version_info[:2])'], { encoding: "utf8" });
    if (probe.status !== 0) continue;
    const version = probe.stdout.trim();
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return name;
    seen.push(`${name} is ${version}`);
  }
  throw new PythonMissingError(
    `The round trips with Python Keras need Python ${MINIMUM.join(".")} or newer` +
      ` (${seen.length ? seen.join(", ") : "none is on the PATH"}). Install it, for instance: apt-get install python3 python3-venv`,
  );
}

function requirementsHash(profile: PythonProfile): string {
  const hash = createHash("sha256");
  for (const file of REQUIREMENTS[profile]) hash.update(readFileSync(join(root, "scripts/python", file)));
  return hash.digest("hex");
}

if (import.meta.main) {
  try {
    const profile = process.argv.includes("--bench") ? "bench" : "base";
    console.log(ensurePython(profile, process.argv.includes("--force")));
  } catch (error) {
    if (!(error instanceof PythonMissingError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
