import { FormatError } from "@keras/ops";
import { Cursor } from "../../bytes/cursor.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { cachedSource } from "../../bytes/source.ts";
import { lookup3 } from "../format/checksum.ts";

/**
 * An open file: bounds-checked access to its blocks.
 *
 * A hostile file may send a reader round in circles, or have it read the same bytes a million times over. Every block
 * is therefore charged against a budget of a few times the file's size, which no honest file comes near; so all work
 * is linear in the size of the file, whatever its pointers say.
 */
export class H5File {
  readonly source: ByteSource;
  readonly #metadata: ByteSource;
  readonly #collections = new Map<number, Map<number, Uint8Array>>();
  #budget: number;

  constructor(source: ByteSource, metadata: ByteSource = cachedSource(source)) {
    this.source = source;
    this.#metadata = metadata;
    this.#budget = (1 << 20) + 4 * source.size;
  }

  /** The same file with a budget of its own, for one more operation. */
  reopen(): H5File {
    return new H5File(this.source, this.#metadata);
  }

  /** Counts `bytes` of work. */
  charge(bytes: number, what: string): void {
    this.#budget -= bytes + 32;
    if (this.#budget < 0)
      throw new FormatError(`${what} is damaged: the file's structures refer to each other in circles`);
  }

  /** A block of metadata. */
  async block(address: number | null, length: number, what: string): Promise<Cursor> {
    return new Cursor(await this.#read(this.#metadata, address, length, what), what);
  }

  /** A block of metadata whose last four bytes are its checksum. The cursor ends before them. */
  async checkedBlock(address: number | null, length: number, what: string): Promise<Cursor> {
    const { bytes, view } = await this.block(address, length, what);
    if (length < 4 || lookup3(bytes.subarray(0, length - 4)) !== view.getUint32(length - 4, true)) {
      throw new FormatError(`${what} is damaged: its checksum is wrong`);
    }
    return new Cursor(bytes.subarray(0, length - 4), what);
  }

  /** Data, past the cache. */
  data(address: number | null, length: number, what: string): Promise<Uint8Array> {
    return this.#read(this.source, address, length, what);
  }

  /** The objects of a global heap collection, read once. */
  async collection(address: number, what: string): Promise<Map<number, Uint8Array>> {
    let objects = this.#collections.get(address);
    if (!objects) {
      objects = await readCollection(this, address, what);
      this.#collections.set(address, objects);
    }
    return objects;
  }

  async #read(source: ByteSource, address: number | null, length: number, what: string): Promise<Uint8Array> {
    if (address === null) throw new FormatError(`${what} is damaged: it points nowhere`);
    if (length > source.size - address) {
      throw new FormatError(
        `${what} lies outside of the file (${length} bytes at ${address}, of ${source.size}): it is truncated or damaged`,
      );
    }
    this.charge(length, what);
    return source.read(address, length);
  }
}

/** Source: HDF5 file format specification 3.0, III.E "Global Heap". */
async function readCollection(file: H5File, address: number, what: string): Promise<Map<number, Uint8Array>> {
  const place = `the heap of ${what}`;
  const head = await file.block(address, 16, place);
  head.signature("GCOL");
  head.skip(4);
  const cursor = await file.block(address, head.u64(), place);
  cursor.skip(16);
  const objects = new Map<number, Uint8Array>();
  while (cursor.left >= 16) {
    const index = cursor.u16();
    cursor.skip(6);
    const size = cursor.u64();
    if (index === 0) break; // the rest is free
    objects.set(index, cursor.take(size));
    cursor.skip(Math.min((8 - (size % 8)) % 8, cursor.left));
  }
  return objects;
}
