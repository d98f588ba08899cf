/** Files by path. */
export interface Files {
  /** Writes a file as a whole: what was there before stays until the new file is complete. */
  write(path: string, bytes: Uint8Array): Promise<void>;
}
