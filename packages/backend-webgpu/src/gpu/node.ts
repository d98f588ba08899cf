import { BackendError } from "@keras/ops";
import { settings } from "../settings.ts";

interface Dawn {
  create(options: readonly string[]): GPU;
}

let opened: GPU | null = null;

/** Dawn, the WebGPU of Chromium, from the package `webgpu`. @throws {BackendError} where it is not installed or finds no driver. */
export async function openGpu(): Promise<GPU> {
  if (opened) return opened;
  let dawn: Dawn;
  try {
    dawn = (await import("webgpu")) as unknown as Dawn;
  } catch (cause) {
    throw new BackendError('WebGPU in Node needs the package "webgpu": add it to your dependencies', { cause });
  }
  opened = dawn.create([...settings().dawnOptions]);
  return opened;
}
