import { FormatError, KerasError } from "@keras/ops";
import { Reader, ZipReader, type FileEntry } from "@zip.js/zip.js/lib/zip-core-native.js";
import { Cursor } from "../bytes/cursor.ts";
import { checkExpansion, type ExpansionLimits } from "../bytes/limits.ts";
import { byteSource, sliceSource, type ByteInput, type ByteSource } from "../bytes/source.ts";

/** A file in an archive. */
export interface ZipEntry {
  /** Path inside the archive, with `/` between folders. */
  readonly name: string;
  /** Bytes when unpacked. */
  readonly size: number;
  /** The whole file, its checksum verified. @throws {FormatError} when it is damaged. */
  bytes(): Promise<Uint8Array>;
  /**
   * The file for reading here and there. A stored (uncompressed) one is read in place, without its checksum being verified:
   * that would take reading all of it. A compressed one is unpacked into memory first.
   */
  source(): Promise<ByteSource>;
}

/** Options of {@link readZip}. */
export interface ReadZipOptions {
  /** How far compressed files, and all of them together, may unfold into memory. */
  readonly limits?: ExpansionLimits | undefined;
}

const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER = 30;

/**
 * Lists the files of a zip archive (zip64 included). Folders are left out.
 *
 * @param input The archive: bytes in memory, a Blob, or anything that can be read at an offset.
 * @throws {FormatError} when the archive is truncated, damaged or ambiguous; has two files of one name, names that lead out of
 * a folder, encrypted files or symbolic links; or would unfold beyond the limits.
 */
export async function readZip(input: ByteInput, options: ReadZipOptions = {}): Promise<ReadonlyMap<string, ZipEntry>> {
  const { limits = {} } = options;
  const source = byteSource(input);
  const reader = new SourceReader(source);
  const found = await guarded(reader, "the archive", () =>
    new ZipReader(reader, {
      strictness: "strict",
      filenameValidation: "strict",
      useWebWorkers: false,
      checkCrc32: true,
    }).getEntries(),
  );
  const files = found.filter((entry): entry is FileEntry => !entry.directory);
  const ends = dataEnds(files, source.size);
  const entries = new Map<string, ZipEntry>();
  let total = 0;
  for (const file of files) {
    const { filename: name, uncompressedSize: size, compressedSize: stored } = file;
    checkEntry(file);
    if (entries.has(name)) throw new FormatError(`the archive has two files named '${name}', which is refused`);
    checkExpansion(size, stored, limits, `'${name}' in the archive`);
    total += size;
    entries.set(name, {
      name,
      size,
      bytes: () => guarded(reader, `'${name}' in the archive`, () => unpack(file)),
      source: async () =>
        file.compressionMethod === STORED
          ? locate(source, file, ends.get(file)!)
          : byteSource(await guarded(reader, `'${name}' in the archive`, () => unpack(file))),
    });
  }
  checkExpansion(total, source.size, limits, "the archive");
  return entries;
}

/** Lets zip.js read from a {@link ByteSource}, and remembers when that fails: it is no fault of the archive. */
class SourceReader extends Reader<ByteSource> {
  readonly #source: ByteSource;
  failure: unknown = undefined;

  constructor(source: ByteSource) {
    super(source);
    this.#source = source;
    this.size = source.size;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const start = Math.min(Math.max(index, 0), this.#source.size);
    try {
      return await this.#source.read(start, Math.min(Math.max(length, 0), this.#source.size - start));
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}

/** Turns the errors of zip.js into this library's. */
async function guarded<T>(reader: SourceReader, what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof KerasError || (reader.failure !== undefined && cause === reader.failure)) throw cause;
    throw new FormatError(`${what} cannot be read: it is truncated, damaged or no zip file (${reasonOf(cause)})`, {
      cause,
    });
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  // What makes an archive ambiguous: a duplicate name, data before the archive, …
  return "reason" in cause ? `${cause.message}: ${String(cause.reason)}` : cause.message;
}

function checkEntry({
  filename,
  encrypted,
  symlink,
  compressionMethod,
  compressedSize,
  uncompressedSize,
}: FileEntry): void {
  const refuse = (reason: string): never => {
    throw new FormatError(`the archive has a file '${filename}' ${reason}, which is refused`);
  };
  const parts = filename.split("/");
  if (/[\\\0]|^[A-Za-z]:/.test(filename) || parts.some((part) => part === "" || part === "." || part === "..")) {
    refuse("whose name could lead out of a folder");
  }
  if (encrypted) refuse("that is encrypted");
  if (symlink) refuse("that is a symbolic link");
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED)
    refuse(`compressed by method ${compressionMethod}`);
  if (compressionMethod === STORED && compressedSize !== uncompressedSize) refuse("stored with two different sizes");
}

/** Where each file must end: at the next one. @throws {FormatError} when two overlap. */
function dataEnds(files: readonly FileEntry[], size: number): Map<FileEntry, number> {
  const ends = new Map<FileEntry, number>();
  let end = size;
  for (const file of files.toSorted((a, b) => b.offset - a.offset)) {
    const least = file.offset + LOCAL_HEADER + file.rawFilename.length + file.compressedSize;
    if (least > end)
      throw new FormatError(`'${file.filename}' in the archive overlaps what follows: it is truncated or damaged`);
    ends.set(file, end);
    end = file.offset;
  }
  return ends;
}

async function unpack(file: FileEntry): Promise<Uint8Array> {
  const out = new Uint8Array(file.uncompressedSize);
  let filled = 0;
  await file.getData(
    new WritableStream<Uint8Array>({
      write(chunk) {
        if (filled + chunk.length > out.length)
          throw new FormatError(`'${file.filename}' in the archive is larger than it says`);
        out.set(chunk, filled);
        filled += chunk.length;
      },
    }),
  );
  if (filled !== out.length) throw new FormatError(`'${file.filename}' in the archive is smaller than it says`);
  return out;
}

/** The stored bytes of a file, in place. */
async function locate(source: ByteSource, file: FileEntry, end: number): Promise<ByteSource> {
  const what = `'${file.filename}' in the archive`;
  const { rawFilename, offset, compressedSize } = file;
  const header = new Cursor(
    await source.read(offset, Math.min(LOCAL_HEADER + rawFilename.length, source.size - offset)),
    what,
  );
  header.signature("PK\x03\x04");
  header.skip(22);
  const nameBytes = header.u16();
  const extraBytes = header.u16();
  const name = header.take(rawFilename.length);
  const start = offset + LOCAL_HEADER + nameBytes + extraBytes;
  if (
    nameBytes !== rawFilename.length ||
    !name.every((byte, i) => byte === rawFilename[i]) ||
    start + compressedSize > end
  ) {
    throw new FormatError(`${what} is damaged: its header and the archive's directory differ`);
  }
  return sliceSource(source, start, compressedSize);
}
