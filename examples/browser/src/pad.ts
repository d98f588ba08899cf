const SIZE = 28;

/** A canvas to draw a digit on. */
export class DrawingPad {
  private readonly canvas: HTMLCanvasElement;
  private readonly context: CanvasRenderingContext2D;
  private readonly changed: (pixels: Float32Array<ArrayBuffer>) => void;

  constructor(canvas: HTMLCanvasElement, changed: (pixels: Float32Array<ArrayBuffer>) => void) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { willReadFrequently: true })!;
    this.changed = changed;
    this.clear();
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.context.beginPath();
      this.context.moveTo(event.offsetX, event.offsetY);
      this.line(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons !== 0) this.line(event);
    });
    canvas.addEventListener("pointerup", () => this.changed(this.pixels()));
  }

  clear(): void {
    const { context, canvas } = this;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    Object.assign(context, { lineWidth: 18, lineCap: "round", lineJoin: "round", strokeStyle: "#000" });
  }

  private line({ offsetX, offsetY }: PointerEvent): void {
    this.context.lineTo(offsetX, offsetY);
    this.context.stroke();
  }

  /** The drawing as MNIST has its digits: ink in a box of 20 × 20, its centre of mass in the middle of 28 × 28. */
  pixels(): Float32Array<ArrayBuffer> {
    const { canvas, context } = this;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let [x0, x1, y0, y1, mass, mx, my] = [canvas.width, 0, canvas.height, 0, 0, 0, 0];
    for (let y = 0; y < canvas.height; y++)
      for (let x = 0; x < canvas.width; x++) {
        const ink = 255 - data[(y * canvas.width + x) * 4]!;
        if (ink < 32) continue;
        [x0, x1, y0, y1] = [Math.min(x0, x), Math.max(x1, x), Math.min(y0, y), Math.max(y1, y)];
        [mass, mx, my] = [mass + ink, mx + ink * x, my + ink * y];
      }
    const out = new Float32Array(SIZE * SIZE);
    if (mass === 0) return out;
    const scale = 20 / Math.max(x1 - x0 + 1, y1 - y0 + 1);
    const small = new OffscreenCanvas(SIZE, SIZE).getContext("2d", { willReadFrequently: true })!;
    small.fillStyle = "#fff";
    small.fillRect(0, 0, SIZE, SIZE);
    small.imageSmoothingQuality = "high";
    small.translate(SIZE / 2 - (mx / mass) * scale, SIZE / 2 - (my / mass) * scale);
    small.scale(scale, scale);
    small.drawImage(canvas, 0, 0);
    const reduced = small.getImageData(0, 0, SIZE, SIZE).data;
    for (let i = 0; i < out.length; i++) out[i] = 1 - reduced[i * 4]! / 255;
    return out;
  }
}
