// The GPU that WebGPU's tests run on in Node: the driver that is named, or SwiftShader, which comes with Chromium.
import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { findChromium } from "./chromium.ts";

const DRIVER = "vk_swiftshader_icd.json";

/** Whether the system has Vulkan's loader, through which Dawn finds drivers. */
function hasLoader(): boolean {
  return /libvulkan\.so\.1/.test(spawnSync("ldconfig", ["-p"], { encoding: "utf8" }).stdout ?? "");
}

/**
 * Points Vulkan to SwiftShader, before anything starts Dawn. On other systems than Linux Dawn finds a GPU by itself.
 *
 * @throws {Error} saying what to do, when there is no driver or no loader.
 */
export function useSoftwareGpu(): void {
  if (process.platform !== "linux" || process.env["VK_ICD_FILENAMES"]) return;
  const places = [dirname(realpathSync(findChromium())), "/usr/lib/chromium", "/usr/lib64/chromium-browser"];
  const driver = places.map((place) => join(place, DRIVER)).find((file) => existsSync(file));
  if (!driver) throw new Error(`Chromium came without ${DRIVER}: set VK_ICD_FILENAMES to a Vulkan driver`);
  if (!hasLoader()) spawnSync("apt-get", ["install", "-qy", "libvulkan1"], { stdio: "inherit", timeout: 120_000 });
  if (!hasLoader())
    throw new Error("Vulkan's loader is missing: install libvulkan1 (Debian) or vulkan-loader (Fedora)");
  process.env["VK_ICD_FILENAMES"] = driver;
  process.env["XDG_RUNTIME_DIR"] ??= "/tmp";
}
