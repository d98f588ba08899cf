import { ByteBuilder } from "../../bytes/builder.ts";

/** Where an object of the global heap lies. */
export interface HeapReference {
  readonly address: number;
  readonly index: number;
}

const HEADER = 16;
const MIN_SIZE = 4096; // smaller collections are refused by HDF5
const MAX_OBJECTS = 0xffff;

/**
 * Lays texts of any length out in global heap collections, one after the other.
 *
 * Source: HDF5 file format specification 3.0, III.E "Global Heap".
 */
export class GlobalHeapBuilder {
  readonly parts: Uint8Array[] = [];
  /** Where the next collection starts. */
  #address: number;
  #objects = new ByteBuilder();
  #count = 0;

  /** @param address Where the heap starts in the file, a multiple of 8. */
  constructor(address: number) {
    this.#address = address;
  }

  add(bytes: Uint8Array): HeapReference {
    const full = this.#objects.length + bytes.length > 1 << 20 || this.#count === MAX_OBJECTS;
    if (full && this.#count > 0) this.#close();
    this.#count++;
    this.#objects.u16(this.#count).u16(1).u32(0).u64(bytes.length).bytes(bytes).align(8);
    return { address: this.#address, index: this.#count };
  }

  /** Ends the heap and returns the address behind it. */
  finish(): number {
    if (this.#count > 0) this.#close();
    return this.#address;
  }

  #close(): void {
    const used = HEADER + this.#objects.length;
    const size = Math.max(MIN_SIZE, used);
    const collection = new ByteBuilder();
    collection.bytes(new TextEncoder().encode("GCOL")).u8(1, 0, 0, 0).u64(size).bytes(this.#objects.build());
    const free = size - used;
    // What is free is object 0, where there is room for its header.
    if (free >= HEADER) collection.u16(0).u16(0).u32(0).u64(free);
    collection.zeros(size - collection.length);
    this.parts.push(collection.build());
    this.#address += size;
    this.#objects = new ByteBuilder();
    this.#count = 0;
  }
}
