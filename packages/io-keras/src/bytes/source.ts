import { FormatError } from "@keras/ops";

/** Bytes that can be read anywhere: a file, a Blob, an entry of an archive. Nothing is read before it is asked for. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** The bytes from `offset` on, exactly `length` of them; callers stay within `size`. The result may alias the source. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** What this package reads from: bytes in memory, a `Blob` or `File` of a browser, or any {@link ByteSource}. */
export type ByteInput = Uint8Array | ArrayBuffer | Blob | ByteSource;

/**
 * A {@link ByteSource} over what a caller has.
 *
 * @param input Bytes in memory, a Blob (read lazily, slice by slice), or a source, which is returned as it is.
 */
export function byteSource(input: ByteInput): ByteSource {
  if (input instanceof ArrayBuffer) return new MemorySource(new Uint8Array(input));
  if (input instanceof Uint8Array) return new MemorySource(input);
  if (typeof Blob !== "undefined" && input instanceof Blob) return new BlobSource(input);
  return input as ByteSource;
}

/** Bytes in memory; reads are views of them. @internal */
export class MemorySource implements ByteSource {
  readonly size: number;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    // A plain array even for a Buffer of Node, whose `slice` does not copy.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.size = bytes.length;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return Promise.resolve(this.bytes.subarray(offset, offset + length));
  }
}

class BlobSource implements ByteSource {
  readonly size: number;
  readonly blob: Blob;

  constructor(blob: Blob) {
    this.blob = blob;
    this.size = blob.size;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    return new Uint8Array(await this.blob.slice(offset, offset + length).arrayBuffer());
  }
}

/** The part of Node's `fs.promises.FileHandle` that reading needs. */
export interface ReadableHandle {
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  stat(): Promise<{ readonly size: number }>;
}

/** Node reads less than 2 GiB at a time. */
const MAX_READ = 1 << 30;

/**
 * A source over an open file of Node, read on demand. The caller keeps the handle open while it reads, and closes it.
 *
 * @param handle From `fs.promises.open(path)`.
 */
export async function fileHandleSource(handle: ReadableHandle): Promise<ByteSource> {
  const { size } = await handle.stat();
  return {
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await handle.read(bytes, filled, Math.min(length - filled, MAX_READ), offset + filled);
        if (bytesRead === 0) throw new FormatError(`the file became shorter than ${size} bytes while it was read`);
        filled += bytesRead;
      }
      return bytes;
    },
  };
}

/** The bytes `[offset, offset + size)` of a source, as a source. @internal */
export function sliceSource(source: ByteSource, offset: number, size: number): ByteSource {
  if (source instanceof MemorySource) return new MemorySource(source.bytes.subarray(offset, offset + size));
  return { size, read: (at, length) => source.read(offset + at, length) };
}

const PAGE = 1 << 16;
const PAGES = 64;

/** A source whose small reads go through a cache of pages, for formats that hop around. Memory stays as it is. @internal */
export function cachedSource(source: ByteSource): ByteSource {
  if (source instanceof MemorySource) return source;
  const pages = new Map<number, Promise<Uint8Array>>();
  const page = (index: number): Promise<Uint8Array> => {
    let bytes = pages.get(index);
    if (bytes) {
      pages.delete(index); // put back below as the most recent
    } else {
      const start = index * PAGE;
      bytes = source.read(start, Math.min(PAGE, source.size - start));
      const oldest = pages.size >= PAGES ? pages.keys().next().value : undefined;
      if (oldest !== undefined) pages.delete(oldest);
    }
    pages.set(index, bytes);
    return bytes;
  };
  return {
    size: source.size,
    async read(offset, length) {
      if (length > PAGE * 4) return source.read(offset, length);
      const first = Math.floor(offset / PAGE);
      const last = Math.floor((offset + Math.max(length, 1) - 1) / PAGE);
      if (first === last) {
        const start = offset - first * PAGE;
        return (await page(first)).subarray(start, start + length);
      }
      const out = new Uint8Array(length);
      for (let index = first; index <= last; index++) {
        const bytes = await page(index);
        const from = Math.max(offset - index * PAGE, 0);
        const to = Math.min(offset + length - index * PAGE, bytes.length);
        out.set(bytes.subarray(from, to), index * PAGE + from - offset);
      }
      return out;
    },
  };
}
