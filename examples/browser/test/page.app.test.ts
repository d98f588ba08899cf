import { readFileSync } from "node:fs";
import type { Download, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { App, draw } from "./page.ts";

let app: App;
beforeAll(async () => {
  app = await App.open();
}, 300_000);
afterAll(() => app?.close());

const text = (page: Page, id: string): Promise<string> => page.locator(`#${id}`).innerText();

/** The ten probabilities on the page, in percent. */
const likelihoods = async (page: Page): Promise<number[]> =>
  (await page.locator("#bars li span:last-child").allInnerTexts()).map((percent) => Number.parseFloat(percent));

/** Where screenshots go, for whoever wants to look. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env["SCREENSHOTS"];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

async function train(page: Page, epochs: number, timeout: number): Promise<number> {
  await page.fill("#epochs", String(epochs));
  await page.click("#train");
  await page.waitForFunction(
    (n) =>
      document.querySelector("#progress")!.textContent!.startsWith(`Epoch ${n}:`) ||
      document.querySelector("#result.error"),
    epochs,
    { timeout },
  );
  expect(await text(page, "result")).toBe("");
  await page.waitForFunction(() => !(document.querySelector("#train") as HTMLButtonElement).disabled);
  return Number(/: ([\d.]+) %/.exec(await text(page, "progress"))![1]);
}

async function download(page: Page, button: string): Promise<{ download: Download; bytes: Uint8Array }> {
  const [file] = await Promise.all([page.waitForEvent("download", { timeout: 60_000 }), page.click(button)]);
  return { download: file, bytes: readFileSync(await file.path()) };
}

describe("on WebAssembly", () => {
  let page: Page;
  beforeAll(async () => {
    page = await app.visit("wasm");
  }, 120_000);

  it("starts with threads, and shows the model", async () => {
    expect(await text(page, "engine")).toBe("Engine: onnx, onnxruntime-web (wasm), threads");
    expect(await text(page, "summary")).toMatch(
      /Model: "digits"[\s\S]*conv2d[\s\S]*digit \(Dense\)[\s\S]*Total params: 12,810/,
    );
    expect(await page.locator("#graph rect").count()).toBe(8);
    expect(await page.locator("#graph path").count()).toBe(7);
  });

  it("trains in its worker while the page stays responsive", async () => {
    await page.evaluate(() => {
      const seen = { longest: 0, frames: 0, last: performance.now() };
      Object.assign(window, { seen });
      const frame = (now: number): void => {
        seen.longest = Math.max(seen.longest, now - seen.last);
        seen.last = now;
        seen.frames++;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
    expect(await train(page, 2, 240_000)).toBeGreaterThan(90);
    const { frames } = await page.evaluate(() => (window as never as { seen: { frames: number } }).seen);
    expect(frames).toBeGreaterThan(20);
    // The chart shows curves: pixels in the colours of both.
    const colours = await page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>("#chart")!;
      const { data } = canvas.getContext("2d")!.getImageData(40, 24, canvas.width - 80, canvas.height - 52);
      let [red, blue] = [0, 0];
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3]! > 128 && data[i]! > 150 && data[i + 2]! < 120) red++;
        if (data[i + 3]! > 128 && data[i + 2]! > 150 && data[i]! < 120) blue++;
      }
      return { red, blue };
    });
    expect(colours.red).toBeGreaterThan(100);
    expect(colours.blue).toBeGreaterThan(100);
  }, 300_000);

  it("reads digits that are drawn", async () => {
    await draw(page, [
      [0.5, 0.15],
      [0.48, 0.5],
      [0.46, 0.85],
    ]);
    await expect.poll(() => text(page, "answer"), { timeout: 20_000 }).toBe("This looks like a 1.");
    await draw(
      page,
      Array.from({ length: 25 }, (_, i) => [0.5 + 0.25 * Math.sin(i / 3.9), 0.5 - 0.35 * Math.cos(i / 3.9)] as const),
    );
    await expect.poll(() => text(page, "answer"), { timeout: 20_000 }).toBe("This looks like a 0.");
    await shoot(page, "wasm-trained");
  });

  it("saves, and loads what is dropped on it", async () => {
    const saved = await download(page, "#export-keras");
    expect(saved.download.suggestedFilename()).toBe("digits.keras");
    const before = await likelihoods(page);
    await page.reload();
    await page.waitForFunction(() => document.querySelector("#summary")!.textContent !== "");
    const data = await page.evaluateHandle(
      (bytes) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(bytes)], "dropped.keras"));
        return transfer;
      },
      [...saved.bytes],
    );
    await page.dispatchEvent("#drop", "drop", { dataTransfer: data });
    await expect.poll(() => text(page, "summary"), { timeout: 20_000 }).toContain("Optimizer params");
    // It learned before it was saved: the same drawing, the same answer.
    await draw(
      page,
      Array.from({ length: 25 }, (_, i) => [0.5 + 0.25 * Math.sin(i / 3.9), 0.5 - 0.35 * Math.cos(i / 3.9)] as const),
    );
    await expect.poll(() => text(page, "answer"), { timeout: 20_000 }).toBe("This looks like a 0.");
    // The strokes may lie half a pixel off.
    (await likelihoods(page)).forEach((p, digit) => expect(Math.abs(p - before[digit]!)).toBeLessThan(5));
  });

  it("runs and exports a model", async () => {
    await page.click("#run");
    await expect.poll(() => text(page, "result"), { timeout: 20_000 }).toMatch(/^\[1, 10\]: [\d.e-]+, .* ms\)$/);
    const { bytes, download: file } = await download(page, "#export-onnx");
    expect(file.suggestedFilename()).toBe("digits.onnx");
    const { InferenceSession, Tensor } = await import("onnxruntime-node");
    const session = await InferenceSession.create(bytes);
    const input = new Tensor("float32", new Float32Array(784), [1, 28, 28, 1]);
    const [output] = Object.values(await session.run({ [session.inputNames[0]!]: input }));
    expect([...(output!.data as Float32Array)].reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4);
  });

  it("says what is wrong with a file that is no model", async () => {
    await page.setInputFiles("#file", {
      name: "bad.keras",
      mimeType: "application/zip",
      buffer: Buffer.from("no model"),
    });
    await expect.poll(() => page.locator("#result.error").count(), { timeout: 20_000 }).toBe(1);
    expect(await text(page, "summary")).toContain("digits");
  });
});

describe("on WebGPU", () => {
  it("predicts, trains, and stops when asked", async () => {
    const page = await app.visit("webgpu");
    expect(await text(page, "engine")).toMatch(/^Engine: onnx, onnxruntime-web \(webgpu\)/);
    await page.click("#run");
    await expect.poll(() => text(page, "result"), { timeout: 90_000 }).toMatch(/^\[1, 10\]: [\d.e-]+, .* ms\)$/);
    await page.click("#train");
    // An adapter in software is slow: a few steps will do.
    await expect.poll(() => text(page, "progress"), { timeout: 120_000 }).toMatch(/^Step [3-9]/);
    const loss = Number(/loss ([\d.]+)/.exec(await text(page, "progress"))![1]);
    expect(loss).toBeGreaterThan(1);
    expect(loss).toBeLessThan(3);
    await page.click("#stop");
    await expect.poll(() => text(page, "progress"), { timeout: 60_000 }).toBe("Stopped; what was learned stays.");
    await shoot(page, "webgpu-stopped");
  }, 300_000);
});
