/** Where progress is shown. */
export interface Terminal {
  /** Whether a line can be drawn over. */
  readonly live: boolean;
  /** Characters per line. */
  readonly columns: number;
  write(text: string): void;
}
