import type { Digits } from "./data.ts";

const SHADES = " .:-=+*#%@";

/** An image as text: two pixels of height per line, since characters are twice as high as wide. */
function drawImage(pixels: ArrayLike<number>): string[] {
  return Array.from({ length: 14 }, (_, row) =>
    Array.from({ length: 28 }, (_, column) => {
      const ink = (pixels[row * 56 + column]! + pixels[row * 56 + 28 + column]!) / 2;
      return SHADES[Math.min(SHADES.length - 1, Math.floor(ink * SHADES.length))];
    }).join(""),
  );
}

/** A row of images with what the model says of each, and how sure it is. */
export function drawPredictions({ images, labels }: Digits, probabilities: ArrayLike<number>): string {
  const blocks = Array.from(labels.values, (label, i) => {
    const row = Array.from({ length: 10 }, (_, c) => probabilities[i * 10 + c]!);
    const guess = row.indexOf(Math.max(...row));
    const verdict = guess === label ? "right" : `wrong: it is a ${label}`;
    const caption = `${guess} (${(row[guess]! * 100).toFixed(1)} %), ${verdict}`;
    return [...drawImage(images.values.subarray(i * 784, (i + 1) * 784)), caption.padEnd(28)];
  });
  return blocks[0]!.map((_, line) => blocks.map((b) => b[line]!.slice(0, 28)).join(" │ ")).join("\n");
}
