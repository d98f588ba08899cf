import { ArgumentError } from "@keras/ops";
import { ZipWriter } from "@zip.js/zip.js/lib/zip-core-native.js";

/** A file to put into an archive. What `encodeHdf5` returns needs only a name. */
export interface ZipInput {
  /** Path inside the archive, with `/` between folders. */
  readonly name: string;
  /** Bytes in all. */
  readonly size: number;
  /** The content, piece by piece. */
  parts(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Where output goes, piece by piece. A promise holds the next piece back. A piece must be used or copied at once. */
export type ByteSink = (piece: Uint8Array) => void | Promise<void>;

/** A file to put into an archive, from text or bytes in memory. */
export function zipInput(name: string, content: string | Uint8Array): ZipInput {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { name, size: bytes.length, parts: () => [bytes] };
}

/**
 * Writes a zip archive in one pass, as Keras does: files stored uncompressed, no entries for folders, zip64 from 4 GiB on.
 * Contents start at multiples of 64 bytes, so that they can be used in place.
 *
 * @param entries The files, in order.
 * @param sink Takes the archive piece by piece; never holds more than a piece in memory.
 * @param options.modified Time written for each file. Default: now.
 * @throws {ArgumentError} when two files have one name, or a content is not as long as it says.
 */
export async function writeZip(
  entries: Iterable<ZipInput> | AsyncIterable<ZipInput>,
  sink: ByteSink,
  options: { readonly modified?: Date | undefined } = {},
): Promise<void> {
  const writer = new ZipWriter(new WritableStream<Uint8Array>({ write: (piece) => sink(piece) }), {
    usdz: true, // 64-byte alignment
    level: 0,
    extendedTimestamp: false,
    lastModDate: options.modified ?? new Date(),
    useWebWorkers: false,
  });
  const names = new Set<string>();
  for await (const entry of entries) {
    if (names.has(entry.name)) throw new ArgumentError(`two files of the archive are named '${entry.name}'`);
    names.add(entry.name);
    await writer.add(entry.name, stream(entry), { uncompressedSize: entry.size });
  }
  await writer.close();
}

/** An archive in memory; see {@link writeZip}. */
export async function zipBytes(
  entries: Iterable<ZipInput> | AsyncIterable<ZipInput>,
  options: { readonly modified?: Date | undefined } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  await writeZip(entries, (piece) => void pieces.push(piece.slice()), options);
  const out = new Uint8Array(pieces.reduce((n, piece) => n + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** The content of a file as a stream that checks its length. */
function stream(entry: ZipInput): ReadableStream<Uint8Array> {
  const { name, size } = entry;
  let left = size;
  const wrong = (): ArgumentError =>
    new ArgumentError(`the content of '${name}' is not ${size} bytes long, as announced`);
  async function* checked(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const part of entry.parts()) {
      left -= part.length;
      if (left < 0) throw wrong();
      if (part.length > 0) yield part;
    }
    if (left > 0) throw wrong();
  }
  const pieces = checked();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await pieces.return();
    },
  });
}
