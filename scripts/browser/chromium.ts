// The browser that the checks run in: an installed Chromium or Chrome, Playwright's own, or one that is fetched now.
//
//   node scripts/browser/chromium.ts     prints its path
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "playwright";

/** Where distributions and installers put it. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Commands that install one, tried in turn: Playwright's build, then the distribution's. */
const INSTALLERS: readonly (readonly [command: string, ...args: string[]])[] = [
  ["npx", "playwright", "install", "--with-deps", "chromium-headless-shell"],
  ["apt-get", "update", "-q"],
  ["apt-get", "install", "-qy", "--no-install-recommends", "chromium"],
];

function installed(): string | undefined {
  const named = process.env["CHROMIUM_PATH"];
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, which does not exist`);
    return named;
  }
  return [...PLACES, chromium.executablePath()].find((path) => existsSync(path));
}

/**
 * The path of a Chromium; it is installed where there is none.
 *
 * @throws {Error} saying what to do, when none can be had.
 */
export function findChromium(): string {
  let path = installed();
  for (const [command, ...args] of INSTALLERS) {
    if (path) return path;
    console.warn(`There is no Chromium yet: ${command} ${args.join(" ")}`);
    spawnSync(command, args, { stdio: "inherit", timeout: 300_000 });
    path = installed();
  }
  if (path) return path;
  throw new Error("Chromium could not be installed: install it yourself, and set CHROMIUM_PATH if it lies elsewhere");
}

/** Flags: no sandbox (containers have none), WebGPU on any adapter (in software where there is no card), no traffic of its own. */
export const CHROMIUM_FLAGS: readonly string[] = [
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

if (import.meta.main) console.log(findChromium());
