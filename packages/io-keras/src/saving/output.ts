import { files } from "#files";
import { ArgumentError } from "@keras/ops";
import type { ByteSink } from "../zip/write.ts";

/** A file handle of a browser's File System Access API. */
export interface WritableHandle {
  createWritable(): Promise<WritableStream<Uint8Array> & { abort(reason?: unknown): Promise<void> }>;
}

/** Where a file goes: a path (in Node), a stream, a handle from `showSaveFilePicker()`, or a function that takes it piece by piece. */
export type FileTarget = string | URL | WritableStream<Uint8Array> | WritableHandle | ByteSink;

/** Options of writing files. */
export interface OverwriteOptions {
  /** Whether a file that is there may be replaced. Default true. */
  readonly overwrite?: boolean | undefined;
}

/** A path, of a `file:` URL too; null for other targets. */
export function targetPath(target: FileTarget): string | null {
  if (typeof target === "string") return target;
  if (!(target instanceof URL)) return null;
  if (target.protocol !== "file:")
    throw new ArgumentError(`cannot write to '${target.href}': give a path, a stream or a handle`);
  return decodeURIComponent(target.pathname.replace(/^\/([A-Za-z]:)/, "$1"));
}

/**
 * Writes a file as a whole. What was at a path stays until the new file is complete.
 *
 * @throws {ArgumentError} when the file is there and may not be replaced.
 */
export async function writeTo(
  target: FileTarget,
  produce: (sink: ByteSink) => Promise<void>,
  options: OverwriteOptions = {},
): Promise<void> {
  const path = targetPath(target);
  if (path !== null) {
    if (options.overwrite === false && (await files.exists(path))) {
      throw new ArgumentError(`the file '${path}' exists already: choose another name, or allow overwriting`);
    }
    return files.write(path, produce);
  }
  if (typeof target === "function") return produce(target as ByteSink);
  const stream =
    "createWritable" in (target as object)
      ? await (target as WritableHandle).createWritable()
      : (target as WritableStream<Uint8Array>);
  const writer = stream.getWriter();
  try {
    // A stream may keep a piece longer than the writer does.
    await produce((piece) => writer.write(piece.slice()));
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => {});
    throw error;
  }
}

/** The whole file in memory. */
export async function bytesOf(produce: (sink: ByteSink) => Promise<void>): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  await produce((piece) => void pieces.push(piece.slice()));
  const out = new Uint8Array(pieces.reduce((n, piece) => n + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
