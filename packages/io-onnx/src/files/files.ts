/** Files by path. */
export interface Files {
  /** All bytes of a file. */
  read(path: string): Promise<Uint8Array>;
}
