import { FormatError } from "@keras/ops";

const decoder = new TextDecoder();

/** Reads little-endian fields one after the other from a block of bytes; reading past its end is a {@link FormatError}. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** What the bytes are, for errors: `object header of '/layers'`. */
  readonly what: string;
  at: number;

  constructor(bytes: Uint8Array, what: string, at = 0) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.what = what;
    this.at = at;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  /** Moves on by `count` bytes and returns where they start. */
  #take(count: number): number {
    if (!(count >= 0 && count <= this.left)) {
      throw new FormatError(`${this.what} is truncated or damaged: ${count} bytes expected, ${this.left} left`);
    }
    const start = this.at;
    this.at += count;
    return start;
  }

  skip(count: number): void {
    this.#take(count);
  }

  u8(): number {
    return this.bytes[this.#take(1)]!;
  }

  u16(): number {
    return this.view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.#take(4), true);
  }

  /** A 64-bit size; beyond 2⁵³ it can only be damage. */
  u64(): number {
    const at = this.#take(8);
    const value = this.view.getUint32(at + 4, true) * 2 ** 32 + this.view.getUint32(at, true);
    if (!Number.isSafeInteger(value)) throw new FormatError(`${this.what} is damaged: a size of about ${value} bytes`);
    return value;
  }

  /** A 64-bit file address, or null for the undefined one (all bits set). */
  address(): number | null {
    const at = this.at;
    if (
      this.left >= 8 &&
      this.view.getUint32(at, true) === 0xffffffff &&
      this.view.getUint32(at + 4, true) === 0xffffffff
    ) {
      this.at += 8;
      return null;
    }
    return this.u64();
  }

  /** An unsigned integer of `size` bytes (0 to 8). */
  uint(size: number): number {
    const at = this.#take(size);
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + this.bytes[at + i]!;
    if (!Number.isSafeInteger(value)) throw new FormatError(`${this.what} is damaged: a size of about ${value} bytes`);
    return value;
  }

  take(count: number): Uint8Array {
    const start = this.#take(count);
    return this.bytes.subarray(start, start + count);
  }

  /** UTF-8 text of `count` bytes, without what follows a NUL. */
  text(count: number): string {
    const bytes = this.take(count);
    const end = bytes.indexOf(0);
    return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
  }

  /** UTF-8 text up to a NUL, which is consumed. */
  cString(): string {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) throw new FormatError(`${this.what} is truncated or damaged: a name has no end`);
    const text = decoder.decode(this.bytes.subarray(this.at, end));
    this.at = end + 1;
    return text;
  }

  /** Four ASCII characters, as structures begin with. */
  signature(expected: string): void {
    const start = this.#take(4);
    const found = String.fromCharCode(...this.bytes.subarray(start, start + 4));
    if (found !== expected) {
      throw new FormatError(`${this.what} is damaged: it starts with ${JSON.stringify(found)}, not "${expected}"`);
    }
  }
}
