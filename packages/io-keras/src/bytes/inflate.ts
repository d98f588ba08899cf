import { FormatError } from "@keras/ops";

/**
 * Decompresses a zlib stream (RFC 1950) of known size with the platform's own decoder.
 *
 * @param size Bytes expected; decoding stops as soon as there are more.
 * @throws {FormatError} when the data are damaged or of another size.
 */
export async function inflate(bytes: Uint8Array, size: number, what: string): Promise<Uint8Array> {
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  // Failures show up on the reading side as well; here they would only be unhandled.
  writer.write(bytes as BufferSource).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader = stream.readable.getReader();
  const out = new Uint8Array(size);
  let filled = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (filled + value.length > size)
        throw new FormatError(`${what} is damaged: it unfolds to more than ${size} bytes`);
      out.set(value, filled);
      filled += value.length;
    }
  } catch (cause) {
    await reader.cancel().catch(() => undefined);
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(`${what} is damaged: its compressed data cannot be read`, { cause });
  }
  if (filled !== size) throw new FormatError(`${what} is damaged: it unfolds to ${filled} bytes, not ${size}`);
  return out;
}
