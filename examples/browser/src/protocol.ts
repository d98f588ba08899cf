/** An engine of the page: ONNX Runtime on WebAssembly or WebGPU, or the reference backend. */
export type EngineName = "wasm" | "webgpu" | "ref";

/** A layer of the model, and the layers that feed it, by position. */
export interface GraphLayer {
  readonly name: string;
  readonly kind: string;
  readonly shape: string;
  readonly from: readonly number[];
}

/** What the page asks of the worker. */
export type Request =
  | { readonly kind: "start"; readonly engine: EngineName }
  | { readonly kind: "train"; readonly epochs: number; readonly digits: string }
  | { readonly kind: "stop" }
  /** 28 × 28 numbers from 0 (paper) to 1 (ink). */
  | { readonly kind: "classify"; readonly pixels: Float32Array<ArrayBuffer> }
  | { readonly kind: "load"; readonly file: File }
  | { readonly kind: "run" }
  | { readonly kind: "export"; readonly format: "keras" | "onnx" };

/** What the worker tells the page. */
export type Response =
  /** Keras is loaded: the worker listens. What is sent before that is lost. */
  | { readonly kind: "loaded" }
  | { readonly kind: "started"; readonly engine: string }
  | {
      readonly kind: "model";
      readonly summary: string;
      readonly layers: readonly GraphLayer[];
      readonly digits: boolean;
    }
  | { readonly kind: "step"; readonly step: number; readonly loss: number; readonly accuracy: number }
  | { readonly kind: "epoch"; readonly epoch: number; readonly accuracy: number; readonly seconds: number }
  | { readonly kind: "trained"; readonly stopped: boolean }
  | { readonly kind: "probabilities"; readonly values: readonly number[] }
  | { readonly kind: "result"; readonly text: string }
  | { readonly kind: "file"; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "failed"; readonly message: string };
