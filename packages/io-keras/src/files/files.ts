import type { ByteSource } from "../bytes/source.ts";
import type { ByteSink } from "../zip/write.ts";

/** A file open for reading. */
export interface OpenFile {
  readonly source: ByteSource;
  close(): Promise<void>;
}

/** Files by name, as far as a platform has them. */
export interface Files {
  /** @throws {NotFoundError} when there is no such file. */
  open(path: string): Promise<OpenFile>;
  /** Whether the file is there. */
  exists(path: string): Promise<boolean>;
  /** Writes a file as a whole: until `produce` has succeeded, what was there before stays. */
  write(path: string, produce: (sink: ByteSink) => Promise<void>): Promise<void>;
}
