/** Bytes that grow at their end. */
export class ByteList {
  private bytes = new Uint8Array(256);
  length = 0;

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  append(part: ArrayLike<number>): void {
    this.reserve(part.length);
    this.bytes.set(part, this.length);
    this.length += part.length;
  }

  /** A non-negative whole number, seven bits a byte, the lowest first. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.append([(rest % 128) | 128]);
      rest = Math.floor(rest / 128);
    }
    this.append([rest]);
  }

  uint32(value: number): void {
    this.append([value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24]);
  }

  /** What was appended; later changes show in it. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length) as Uint8Array<ArrayBuffer>;
  }
}
