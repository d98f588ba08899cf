/** Text files that callbacks write. */
export interface Files {
  /** Appends text, or replaces what is there. */
  write(path: string, text: string, append: boolean): Promise<void>;
  /** Whether the file is there and holds something. */
  holdsText(path: string): Promise<boolean>;
}
