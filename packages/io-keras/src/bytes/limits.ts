import { FormatError } from "@keras/ops";

/**
 * How far stored bytes may unfold into memory. A few kilobytes can declare terabytes (a "bomb"); deflate alone reaches
 * 1032 to 1, real weights hardly 2 to 1.
 */
export interface ExpansionLimits {
  /** Bytes that are always allowed. Default: 256 MiB. */
  readonly floor?: number | undefined;
  /** Above the floor, at most this many bytes per stored byte. Default: 100. */
  readonly ratio?: number | undefined;
}

/** @internal @throws {FormatError} when `stored` bytes claim to unfold to more than allowed. */
export function checkExpansion(bytes: number, stored: number, limits: ExpansionLimits, what: string): void {
  const { floor = 2 ** 28, ratio = 100 } = limits;
  if (bytes > floor && bytes > stored * ratio) {
    throw new FormatError(
      `${what} would unfold ${stored} stored bytes to ${bytes}, which looks like an attack: ` +
        `raise the limits (floor ${floor}, ratio ${ratio}) if you trust the file`,
    );
  }
}
