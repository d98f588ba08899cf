/** A point of the curves. */
interface Point {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** Loss and accuracy by step, drawn anew as points come in. */
export class Chart {
  private readonly canvas: HTMLCanvasElement;
  private points: Point[] = [];
  private due = false;

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
    this.draw();
  }

  clear(): void {
    this.points = [];
    this.later();
  }

  add(point: Point): void {
    this.points.push(point);
    this.later();
  }

  /** Many points may come between two frames. */
  private later(): void {
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      this.draw();
    });
  }

  private draw(): void {
    const { canvas, points } = this;
    const context = canvas.getContext("2d")!;
    const style = getComputedStyle(document.documentElement);
    const color = (name: string): string => {
      context.fillStyle = "#888";
      const probe = document.createElement("span");
      probe.style.color = style.getPropertyValue(name);
      document.body.append(probe);
      const resolved = getComputedStyle(probe).color;
      probe.remove();
      return resolved;
    };
    const [left, right, top, bottom] = [40, canvas.width - 48, 24, canvas.height - 28];
    const [ink, line, loss, accuracy] = [color("--ink"), color("--line"), color("--accent"), color("--second")];
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.font = "12px system-ui, sans-serif";
    const last = Math.max(10, points.at(-1)?.step ?? 0);
    const most = Math.max(0.5, ...points.map((p) => p.loss));
    context.strokeStyle = line;
    context.fillStyle = ink;
    for (let k = 0; k <= 4; k++) {
      const y = bottom - ((bottom - top) * k) / 4;
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(right, y);
      context.stroke();
      context.textAlign = "right";
      context.fillText(((most * k) / 4).toFixed(2), left - 6, y + 4);
      context.textAlign = "left";
      context.fillText(`${k * 25} %`, right + 4, y + 4);
    }
    context.textAlign = "center";
    context.fillText(`step ${points.at(-1)?.step ?? 0}`, (left + right) / 2, canvas.height - 8);
    const curve = (of: (p: Point) => number, stroke: string, label: string, at: number): void => {
      context.strokeStyle = stroke;
      context.fillStyle = stroke;
      context.lineWidth = 2;
      context.beginPath();
      for (const p of points) {
        const x = left + ((right - left) * p.step) / last;
        const y = bottom - (bottom - top) * Math.min(1, of(p));
        if (p === points[0]) context.moveTo(x, y);
        else context.lineTo(x, y);
      }
      context.stroke();
      context.lineWidth = 1;
      context.textAlign = "left";
      context.fillText(label, at, 14);
    };
    curve((p) => p.loss / most, loss, "— loss", left);
    curve((p) => p.accuracy, accuracy, "— accuracy", left + 70);
  }
}
