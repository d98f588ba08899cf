/** Appends little-endian fields to a growing block of bytes. Every method returns the builder. */
export class ByteBuilder {
  #bytes = new Uint8Array(128);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  #grow(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.length));
      bytes.set(this.#bytes);
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer);
    }
    return at;
  }

  u8(...values: number[]): this {
    const at = this.#grow(values.length);
    this.#bytes.set(values, at);
    return this;
  }

  u16(value: number): this {
    const at = this.#grow(2);
    this.#view.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.#grow(4);
    this.#view.setUint32(at, value, true);
    return this;
  }

  /** A size or address below 2⁵³; null is the undefined address. */
  u64(value: number | null): this {
    const at = this.#grow(8);
    this.#view.setBigUint64(at, value === null ? 0xffffffffffffffffn : BigInt(value), true);
    return this;
  }

  bytes(values: Uint8Array): this {
    const at = this.#grow(values.length);
    this.#bytes.set(values, at);
    return this;
  }

  zeros(count: number): this {
    this.#grow(count);
    return this;
  }

  /** Zeros up to a multiple of `alignment`. */
  align(alignment: number): this {
    return this.zeros(padding(this.length, alignment));
  }

  build(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length);
  }
}

/** Bytes from `position` to the next multiple of `alignment`. */
export function padding(position: number, alignment: number): number {
  return (alignment - (position % alignment)) % alignment;
}
