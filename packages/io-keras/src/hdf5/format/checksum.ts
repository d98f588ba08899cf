const rotate = (x: number, n: number): number => (x << n) | (x >>> (32 - n));

/**
 * Bob Jenkins' lookup3 hash of a block (`hashlittle`, initial value 0), which guards HDF5's newer metadata.
 *
 * Source: http://burtleburtle.net/bob/c/lookup3.c (public domain); HDF5 file format specification 3.0, "Checksums".
 */
export function lookup3(bytes: Uint8Array): number {
  let [a, b, c] = [0, 0, 0];
  a = b = c = (0xdeadbeef + bytes.length) | 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (; bytes.length - at > 12; at += 12) {
    a = (a + view.getInt32(at, true)) | 0;
    b = (b + view.getInt32(at + 4, true)) | 0;
    c = (c + view.getInt32(at + 8, true)) | 0;
    a = ((a - c) ^ rotate(c, 4)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ rotate(a, 6)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ rotate(b, 8)) | 0;
    b = (b + a) | 0;
    a = ((a - c) ^ rotate(c, 16)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ rotate(a, 19)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ rotate(b, 4)) | 0;
    b = (b + a) | 0;
  }
  if (at === bytes.length) return c >>> 0;
  const tail = new Uint8Array(12);
  tail.set(bytes.subarray(at));
  const rest = new DataView(tail.buffer);
  a = (a + rest.getInt32(0, true)) | 0;
  b = (b + rest.getInt32(4, true)) | 0;
  c = (c + rest.getInt32(8, true)) | 0;
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return c >>> 0;
}

/**
 * Fletcher's checksum over big-endian 16-bit words, as HDF5's `fletcher32` filter stores it.
 *
 * Source: HDF5 file format specification 3.0, "Fletcher32"; J. G. Fletcher, IEEE Trans. Comm. 30 (1982).
 */
export function fletcher32(bytes: Uint8Array): number {
  let [low, high] = [0, 0];
  const even = bytes.length - (bytes.length % 2);
  for (let at = 0; at < even;) {
    // 360 words are as many as 32-bit sums hold before they must be folded.
    for (const end = Math.min(at + 720, even); at < end; at += 2) {
      low += (bytes[at]! << 8) | bytes[at + 1]!;
      high += low;
    }
    low = (low & 0xffff) + (low >>> 16);
    high = (high & 0xffff) + (high >>> 16);
  }
  if (even < bytes.length) {
    low += bytes[even]! << 8;
    high += low;
    low = (low & 0xffff) + (low >>> 16);
    high = (high & 0xffff) + (high >>> 16);
  }
  low = (low & 0xffff) + (low >>> 16);
  high = (high & 0xffff) + (high >>> 16);
  return ((high << 16) | low) >>> 0;
}
