import { ArgumentError, formatShape, NDArray, ShapeError, toTensor, type DType, type Tensor } from "@keras/ops";
import { Initializer } from "./initializer.ts";
import { isWindowName, windowOf, type WindowName } from "./window.ts";

/** Options of {@link STFT}. */
export interface STFTConfig {
  /** Default `real`. */
  readonly side?: "real" | "imag" | undefined;
  /** A window's name, its values, or null for none. Default `hann`. */
  readonly window?: WindowName | readonly number[] | null | undefined;
  /** How the window is normalized: by its energy, its sum, or not at all. Default `density`. */
  readonly scaling?: "density" | "spectrum" | null | undefined;
  /** Whether the window is that of a periodic signal. Default false. */
  readonly periodic?: boolean | undefined;
}

/**
 * The kernel of a short-time Fourier transform as a convolution: `[frame length, channels, frequencies]`, real or imaginary part.
 *
 * @throws {ArgumentError} on an unknown side, window or scaling.
 * @throws {ShapeError} on weights that have not three axes.
 */
export class STFT extends Initializer {
  static override readonly className: string = "STFT";
  static override readonly module: string = "keras.initializers";
  readonly side: "real" | "imag";
  readonly window: WindowName | readonly number[] | null;
  readonly scaling: "density" | "spectrum" | null;
  readonly periodic: boolean;

  constructor(config: STFTConfig = {}) {
    super();
    this.side = config.side ?? "real";
    this.window = config.window === undefined ? "hann" : config.window;
    this.scaling = config.scaling === undefined ? "density" : config.scaling;
    this.periodic = config.periodic ?? false;
    if (this.side !== "real" && this.side !== "imag")
      throw new ArgumentError(`side is 'real' or 'imag', got '${String(this.side)}'`);
    if (this.scaling !== null && this.scaling !== "density" && this.scaling !== "spectrum")
      throw new ArgumentError(`scaling is 'density', 'spectrum' or null, got '${String(this.scaling)}'`);
    if (typeof this.window === "string" && !isWindowName(this.window))
      throw new ArgumentError(`unknown window '${String(this.window)}'`);
  }

  override call(shape: readonly number[], dtype: DType): Tensor {
    if (shape.length !== 3)
      throw new ShapeError(`the STFT initializer makes kernels of three axes, not ${formatShape(shape)}`);
    const [frameLength, , frequencies] = shape as readonly [number, number, number];
    const values =
      this.window === null
        ? null
        : typeof this.window === "string"
          ? windowOf(this.window, frameLength, this.periodic)
          : this.window;
    if (values && values.length !== frameLength)
      throw new ShapeError(`the window has ${values.length} values, but the kernel ${frameLength}`);
    const scale = values ? scaleOf(values, this.scaling) : 1;
    const wave = this.side === "real" ? Math.cos : Math.sin;
    const kernel = new Float32Array(frameLength * frequencies);
    // Angles are those of float32, step by step: rounded otherwise, long frames would have other values than Keras gives them.
    const { fround } = Math;
    for (let t = 0; t < frameLength; t++)
      for (let f = 0; f < frequencies; f++) {
        const angle = fround(fround(-2 * t * fround(f / ((frequencies - 1) * 2))) * fround(Math.PI));
        kernel[t * frequencies + f] = (wave(angle) * (values?.[t] ?? 1)) / scale;
      }
    return toTensor(new NDArray(kernel, [frameLength, 1, frequencies], "float32"), dtype);
  }

  override getConfig(): Record<string, unknown> {
    return { side: this.side, window: this.window, periodic: this.periodic, scaling: this.scaling };
  }
}

/** What a window is divided by: the root of its energy, or its sum. */
function scaleOf(window: readonly number[], scaling: "density" | "spectrum" | null): number {
  if (scaling === "density") return Math.sqrt(window.reduce((n, w) => n + w * w, 0));
  return scaling === "spectrum" ? window.reduce((n, w) => n + Math.abs(w), 0) : 1;
}
