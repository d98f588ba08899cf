import type { OrtModule } from "./engine.ts";

/** The package that runs ONNX models here. */
export const PACKAGE = "onnxruntime-web";

/** Loads it when it is asked for: it is optional. */
export const loadOrt = async (): Promise<OrtModule> => (await import("onnxruntime-web")) as unknown as OrtModule;
