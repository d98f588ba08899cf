import { existsSync } from "node:fs";

/** The software GPU that comes with Chromium, where Debian puts it. */
const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";

// A driver that is named, or SwiftShader where it is installed; without either, whatever the system has. No GPU at all is a failure.
if (!process.env["VK_ICD_FILENAMES"] && existsSync(SWIFTSHADER)) {
  process.env["VK_ICD_FILENAMES"] = SWIFTSHADER;
  process.env["XDG_RUNTIME_DIR"] ??= "/tmp";
}
