import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { chromium, type Browser, type Page } from "playwright";
import { preview, type PreviewServer } from "vite";
import { CHROMIUM_FLAGS, findChromium } from "../../../scripts/browser/chromium.ts";

const APP = resolve(import.meta.dirname, "..");
const VITE = join(dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin/vite.js");

/** The built page, served, and a browser to look at it. */
export class App {
  private readonly folder: string;
  private readonly server: PreviewServer;
  private readonly browser: Browser;
  readonly errors: string[] = [];

  private constructor(folder: string, server: PreviewServer, browser: Browser) {
    this.folder = folder;
    this.server = server;
    this.browser = browser;
  }

  static async open(): Promise<App> {
    const folder = mkdtempSync(join(tmpdir(), "keras-browser-"));
    const build = [
      "--conditions=@keras/source",
      VITE,
      "build",
      "--logLevel",
      "warn",
      "--emptyOutDir",
      "--outDir",
      folder,
    ];
    // Vite decides by this variable how to build, and tests set it to "test".
    const env = { ...process.env, NODE_ENV: "production" };
    await promisify(execFile)(process.execPath, build, { cwd: APP, env });
    const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
    const server = await preview({
      configFile: false,
      root: APP,
      logLevel: "warn",
      build: { outDir: folder },
      preview: { headers, host: "127.0.0.1", port: 0 },
    });
    const browser = await chromium.launch({ executablePath: findChromium(), args: [...CHROMIUM_FLAGS] });
    return new App(folder, server, browser);
  }

  /** The page, on an engine, when its model is there. */
  async visit(engine: string): Promise<Page> {
    const page = await this.browser.newPage({ viewport: { width: 1280, height: 1100 } });
    page.on("pageerror", (error) => this.errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(message.text());
    });
    const { port } = this.server.httpServer.address() as { port: number };
    await page.goto(`http://127.0.0.1:${port}/?engine=${engine}`);
    await page.waitForFunction(() => document.querySelector("#summary")!.textContent !== "", undefined, {
      timeout: 60_000,
    });
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.close();
    rmSync(this.folder, { recursive: true });
  }
}

/** Draws strokes on the pad: points from 0 to 1. */
export async function draw(page: Page, points: readonly (readonly [number, number])[]): Promise<void> {
  await page.click("#clear");
  const box = (await page.locator("#pad").boundingBox())!;
  const at = ([x, y]: readonly [number, number]): [number, number] => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.move(...at(points[0]!));
  await page.mouse.down();
  for (const point of points.slice(1)) await page.mouse.move(...at(point), { steps: 6 });
  await page.mouse.up();
}
