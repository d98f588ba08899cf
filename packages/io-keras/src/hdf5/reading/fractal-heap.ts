import { FormatError } from "@keras/ops";
import { Cursor } from "../../bytes/cursor.ts";
import type { H5File } from "./file.ts";

interface Shape {
  /** Bytes of offsets in the heap's address space. */
  readonly offsetBytes: number;
  /** Bytes of lengths in heap ids. */
  readonly lengthBytes: number;
  readonly width: number;
  readonly startSize: number;
  readonly maxDirectSize: number;
  readonly root: number | null;
  /** Rows of the root block; 0: it is a direct block. */
  readonly rootRows: number;
}

/**
 * A fractal heap: where groups of many links, and objects of many attributes, keep them. Objects are looked up by id.
 *
 * Source: HDF5 file format specification 3.0, III.G "Fractal Heap".
 */
export class FractalHeap {
  readonly #file: H5File;
  readonly #shape: Shape;
  readonly #what: string;
  readonly #blocks = new Map<number, Promise<Cursor>>();

  private constructor(file: H5File, shape: Shape, what: string) {
    this.#file = file;
    this.#shape = shape;
    this.#what = what;
  }

  static async open(file: H5File, address: number | null, of: string): Promise<FractalHeap> {
    const what = `the heap of ${of}`;
    const cursor = await file.checkedBlock(address, 146, what);
    cursor.signature("FRHP");
    if (cursor.u8() !== 0) throw new FormatError(`${what} has an unknown version`);
    cursor.skip(2); // length of ids
    if (cursor.u16() !== 0) throw new FormatError(`${what} is compressed, which is not supported`);
    cursor.skip(1);
    const maxObject = cursor.u32();
    cursor.skip(12 * 8); // statistics, huge and tiny objects
    const width = cursor.u16();
    const startSize = cursor.u64();
    const maxDirectSize = cursor.u64();
    const bits = cursor.u16();
    cursor.skip(2);
    const root = cursor.address();
    const rootRows = cursor.u16();
    const offsetBytes = Math.ceil(bits / 8);
    const lengthBytes = Math.min(Math.ceil(Math.log2(maxDirectSize) / 8), bytesFor(maxObject));
    if (offsetBytes > 8 || width === 0 || startSize === 0 || maxDirectSize < startSize || maxDirectSize > 2 ** 32) {
      throw new FormatError(`${what} is damaged: its block sizes are wrong`);
    }
    return new FractalHeap(file, { offsetBytes, lengthBytes, width, startSize, maxDirectSize, root, rootRows }, what);
  }

  /** The bytes of an object. */
  async object(id: Uint8Array): Promise<Uint8Array> {
    const cursor = new Cursor(id, this.#what);
    const first = cursor.u8();
    const kind = (first >> 4) & 3;
    if (kind === 2) return cursor.take((first & 15) + 1);
    if (kind !== 0) throw new FormatError(`${this.#what} holds objects of more than 64 kB, which is not supported`);
    const offset = cursor.uint(this.#shape.offsetBytes);
    const length = cursor.uint(this.#shape.lengthBytes);
    const { root, rootRows, startSize } = this.#shape;
    const block = rootRows === 0 ? { address: root, size: startSize, start: 0 } : await this.#find(offset);
    const bytes = await this.#direct(block.address, block.size);
    bytes.at = 0;
    bytes.skip(offset - block.start);
    this.#file.charge(length, this.#what);
    return bytes.take(length);
  }

  #rowSize(row: number): number {
    return this.#shape.startSize * 2 ** Math.max(row - 1, 0);
  }

  /** Descends from the root to the direct block that holds an offset. */
  async #find(offset: number): Promise<{ address: number | null; size: number; start: number }> {
    const { width, startSize, maxDirectSize, offsetBytes } = this.#shape;
    let [address, rows, start] = [this.#shape.root, this.#shape.rootRows, 0];
    for (;;) {
      let [row, first] = [0, start];
      while (row < rows && offset >= first + this.#rowSize(row) * width) first += this.#rowSize(row++) * width;
      if (row === rows) throw new FormatError(`${this.#what} is damaged: an object lies outside of it`);
      const size = this.#rowSize(row);
      const column = Math.floor((offset - first) / size);
      const block = await this.#indirect(address, rows, 13 + offsetBytes);
      block.at = 13 + offsetBytes + 8 * (row * width + column);
      const child = block.address();
      const childStart = first + column * size;
      if (size <= maxDirectSize) return { address: child, size, start: childStart };
      const childRows = Math.log2(size / (startSize * width)) + 1;
      // Each level down halves the rows at least, so this ends.
      if (!Number.isInteger(childRows) || childRows >= rows) throw new FormatError(`${this.#what} is damaged`);
      [address, rows, start] = [child, childRows, childStart];
    }
  }

  #indirect(address: number | null, rows: number, prefix: number): Promise<Cursor> {
    return this.#block(address, prefix + 8 * rows * this.#shape.width + 4, "FHIB", true);
  }

  #direct(address: number | null, size: number): Promise<Cursor> {
    return this.#block(address, size, "FHDB", false);
  }

  async #block(address: number | null, length: number, signature: string, checked: boolean): Promise<Cursor> {
    let block = address === null ? undefined : this.#blocks.get(address);
    if (!block) {
      block = checked
        ? this.#file.checkedBlock(address, length, this.#what)
        : this.#file.block(address, length, this.#what);
      if (address !== null) this.#blocks.set(address, block);
    }
    const cursor = await block;
    cursor.at = 0;
    cursor.signature(signature);
    return cursor;
  }
}

/** Bytes that a value up to `max` takes. */
function bytesFor(max: number): number {
  return Math.floor(Math.log2(Math.max(max, 1)) / 8) + 1;
}
