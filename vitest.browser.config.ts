import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { CHROMIUM_FLAGS, findChromium } from "./scripts/browser/chromium.ts";
import { sourceEntries } from "./scripts/lib/workspace.ts";

// What runs in a browser, in one: `*.browser.test.ts` of the packages, from source, in Chromium.
const alias = [...sourceEntries()].map(([specifier, file]) => ({
  find: new RegExp(`^${specifier.replace("*", "(.+)")}$`),
  replacement: file.replace("*", "$1"),
}));

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Software adapters and a few cores: side by side the files would only slow one another down.
    fileParallelism: false,
    projects: [
      {
        resolve: { conditions: ["@keras/source", "browser", "module", "import", "default"], alias },
        server: {
          // Threads of WebAssembly share memory, which browsers allow to isolated pages only.
          headers: {
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Embedder-Policy": "require-corp",
            "Cross-Origin-Resource-Policy": "cross-origin",
          },
        },
        // They load their WebAssembly from beside themselves.
        optimizeDeps: { exclude: ["onnxruntime-web", "onnxruntime-web/wasm", "onnxruntime-web/webgpu"] },
        test: {
          name: "kit",
          include: ["packages/*/test/**/*.browser.test.ts"],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: findChromium(), args: [...CHROMIUM_FLAGS] } }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
      // Pages as a visitor has them: built, served, and used through Playwright.
      { test: { name: "pages", include: ["examples/browser/test/**/*.app.test.ts"] } },
    ],
  },
});
