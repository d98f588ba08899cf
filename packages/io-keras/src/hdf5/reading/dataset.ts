import { FormatError, type DType, type NDArray } from "@keras/ops";
import { checkExpansion, type ExpansionLimits } from "../../bytes/limits.ts";
import { type Grid, readChunks } from "./chunk-index.ts";
import { decodeSpace, elementCount, type Space } from "../format/dataspace.ts";
import { decodeType, opaqueDType, type H5Type } from "../format/datatype.ts";
import { decodeElements } from "./elements.ts";
import type { H5File } from "./file.ts";
import { decodeFilters, unfilter } from "./filters.ts";
import { decodeLayout, type Layout } from "./layout.ts";
import { MESSAGE } from "../format/messages.ts";
import { findMessage, type HeaderMessage } from "./object-header.ts";
import type { H5Attribute, H5Dataset } from "../types.ts";

/** Whether an object header is that of a dataset. */
export function isDataset(messages: readonly HeaderMessage[]): boolean {
  return messages.some(({ type }) => type === MESSAGE.layout);
}

/** What of a header says how to read the data. */
interface Storage {
  readonly type: H5Type;
  readonly space: Space;
  readonly layout: Layout;
  readonly filters: readonly number[];
  /** The bytes of an element that was never written. */
  readonly fill: Uint8Array;
  readonly what: string;
}

/**
 * A dataset of a file; only its description is read at once.
 *
 * @param what The dataset, for errors: `'/layers/dense/vars/0'`.
 */
export function openDataset(
  file: H5File,
  messages: readonly HeaderMessage[],
  attrs: ReadonlyMap<string, H5Attribute>,
  what: string,
  limits: ExpansionLimits,
): H5Dataset {
  const need = (type: number, name: string) => {
    const cursor = findMessage(messages, type, what);
    if (!cursor) throw new FormatError(`${what} is damaged: it has no ${name}`);
    return cursor;
  };
  if (findMessage(messages, MESSAGE.externalFiles, what)) {
    throw new FormatError(
      `${what} keeps its data in other files, which is refused: only what lies in the file itself is read`,
    );
  }
  const type = namedType(decodeType(need(MESSAGE.datatype, "datatype")), attrs.get("dtype"), what);
  const space = decodeSpace(need(MESSAGE.dataspace, "dataspace"));
  const layout = decodeLayout(need(MESSAGE.layout, "layout"));
  const pipeline = findMessage(messages, MESSAGE.filters, what);
  const filters = pipeline ? decodeFilters(pipeline) : [];
  const fill = fillValue(messages, type, what);
  const storage: Storage = { type, space, layout, filters, fill, what };
  return {
    kind: "dataset",
    shape: space.shape,
    dtype: type.dtype,
    attrs,
    async read(): Promise<NDArray> {
      const open = file.reopen();
      return decodeElements(open, type, space.shape, await readBytes(open, storage, limits), what);
    },
  };
}

/** Keras marks raw bytes that are bfloat16 by an attribute. */
function namedType(type: H5Type, name: H5Attribute | undefined, what: string): H5Type & { dtype: DType } {
  const dtype = type.dtype === "opaque" ? opaqueDType(name, type.bytes) : type.dtype;
  if (dtype === null) throw new FormatError(`${what} holds opaque bytes, and no attribute 'dtype' says what they mean`);
  return { ...type, dtype };
}

function fillValue(messages: readonly HeaderMessage[], type: H5Type, what: string): Uint8Array {
  const zero = new Uint8Array(type.bytes);
  const old = findMessage(messages, MESSAGE.oldFillValue, what);
  const cursor = findMessage(messages, MESSAGE.fillValue, what) ?? old;
  if (!cursor) return zero;
  if (cursor !== old) {
    const version = cursor.u8();
    if (version < 1 || version > 3)
      throw new FormatError(`${what} has a fill value of version ${version}, which is not supported`);
    const flags = version === 3 ? cursor.u8() : cursor.uint(3) >> 16;
    const defined = version === 3 ? (flags & 0x20) !== 0 : flags !== 0;
    if (!defined) return zero;
  }
  const value = cursor.take(cursor.u32());
  return value.length === type.bytes ? value.slice() : zero;
}

async function readBytes(file: H5File, storage: Storage, limits: ExpansionLimits): Promise<Uint8Array> {
  const { type, space, layout, what } = storage;
  const size = elementCount(space.shape, what, type.bytes);
  if (size === 0) return new Uint8Array(0);
  switch (layout.kind) {
    case "compact":
      return layout.bytes;
    case "contiguous": {
      if (layout.address === null) return filled(storage, size, 0, limits);
      if (layout.size < size)
        throw new FormatError(`${what} is damaged: its shape takes ${size} bytes, its data ${layout.size}`);
      return file.data(layout.address, size, what);
    }
    case "chunked":
      return readChunked(file, storage, layout, size, limits);
  }
}

/** Memory for all elements, every one the fill value. `stored` is what the file holds of them. */
function filled({ fill, what }: Storage, size: number, stored: number, limits: ExpansionLimits): Uint8Array {
  checkExpansion(size, stored, limits, what);
  const bytes = new Uint8Array(size);
  if (fill.some((byte) => byte !== 0)) for (let at = 0; at < size; at += fill.length) bytes.set(fill, at);
  return bytes;
}

async function readChunked(
  file: H5File,
  storage: Storage,
  layout: Extract<Layout, { kind: "chunked" }>,
  size: number,
  limits: ExpansionLimits,
): Promise<Uint8Array> {
  const { type, space, filters, what } = storage;
  const { chunk } = layout;
  if (chunk.length !== space.shape.length)
    throw new FormatError(`${what} is damaged: chunks of another rank than its shape`);
  const countsFor = (shape: readonly number[]) => shape.map((n, axis) => Math.ceil(n / chunk[axis]!));
  const bytes = elementCount(chunk, what, type.bytes);
  const grid: Grid = {
    counts: countsFor(space.shape),
    maxCounts: countsFor(space.maxShape),
    chunk,
    bytes,
    filtered: filters.length > 0,
    what,
  };
  const chunks = await readChunks(file, layout.index, grid);
  const stored = chunks.reduce((n, { size: part }) => n + part, 0);
  const out = filled(storage, size, stored, limits);
  for (const { place, address, size: part, mask } of chunks) {
    checkExpansion(bytes, part, limits, `a chunk of ${what}`);
    const raw = await file.data(address, part, what);
    const data = await unfilter(raw, filters, mask, bytes, type.bytes, what);
    copyChunk(data, place, chunk, space.shape, type.bytes, out);
  }
  return out;
}

/** Copies a chunk to its place, without what reaches beyond the shape. */
function copyChunk(
  data: Uint8Array,
  place: readonly number[],
  chunk: readonly number[],
  shape: readonly number[],
  width: number,
  out: Uint8Array,
): void {
  const last = shape.length - 1;
  const origin = place.map((at, axis) => at * chunk[axis]!);
  const extent = chunk.map((n, axis) => Math.min(n, shape[axis]! - origin[axis]!));
  const run = extent[last]! * width;
  const index = extent.map(() => 0);
  for (;;) {
    let [from, to] = [0, 0];
    for (let axis = 0; axis <= last; axis++) {
      from = from * chunk[axis]! + (axis === last ? 0 : index[axis]!);
      to = to * shape[axis]! + origin[axis]! + (axis === last ? 0 : index[axis]!);
    }
    out.set(data.subarray(from * width, from * width + run), to * width);
    let axis = last - 1;
    while (axis >= 0 && ++index[axis]! === extent[axis]) index[axis--] = 0;
    if (axis < 0) return;
  }
}
