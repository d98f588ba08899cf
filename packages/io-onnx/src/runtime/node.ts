import type { OrtModule } from "./engine.ts";

/** The package that runs ONNX models here. */
export const PACKAGE = "onnxruntime-node";

/** Loads it when it is asked for: it is optional. */
export const loadOrt = async (): Promise<OrtModule> => {
  const loaded = (await import("onnxruntime-node")) as unknown as OrtModule & { readonly default?: OrtModule };
  return loaded.InferenceSession ? loaded : loaded.default!;
};
