import { files } from "#files";
import { ArgumentError, NotFoundError } from "@keras/ops";
import { byteSource, type ByteInput, type ByteSource } from "../bytes/source.ts";

/** Where a file comes from: a path or URL, bytes, a Blob or File, the response of a `fetch`, a stream, or anything read at an offset. */
export type FileInput = string | URL | ByteInput | Response | ReadableStream<Uint8Array>;

/** Opens an input, hands it to `use`, and closes it. @throws {NotFoundError} when there is nothing there. */
export async function reading<R>(input: FileInput, use: (source: ByteSource) => Promise<R>): Promise<R> {
  const path = pathOf(input);
  if (path !== null) {
    const { source, close } = await files.open(path);
    try {
      return await use(source);
    } finally {
      await close();
    }
  }
  if (input instanceof URL || typeof input === "string") return use(await fetched(await fetch(input)));
  if (typeof Response !== "undefined" && input instanceof Response) return use(await fetched(input));
  if (typeof ReadableStream !== "undefined" && input instanceof ReadableStream)
    return use(byteSource(await new Response(input as never).arrayBuffer()));
  if (typeof input !== "object" || input === null)
    throw new ArgumentError("a file is given as a path, a URL, bytes, a Blob, a Response or a stream");
  return use(byteSource(input as ByteInput));
}

/** A path in the file system; null for what is no path. */
export function pathOf(input: FileInput): string | null {
  if (typeof input === "string") return /^(https?|data|blob):/.test(input) ? null : input;
  return input instanceof URL && input.protocol === "file:"
    ? decodeURIComponent(input.pathname.replace(/^\/([A-Za-z]:)/, "$1"))
    : null;
}

async function fetched(response: Response): Promise<ByteSource> {
  if (!response.ok)
    throw new NotFoundError(`'${response.url}' cannot be fetched: ${response.status} ${response.statusText}`);
  return byteSource(await response.arrayBuffer());
}
