/** How one case ended. */
export interface Outcome {
  readonly category: string;
  readonly id: string;
  readonly status: "pass" | "fail" | "skip";
  /** Why it failed or was skipped. */
  readonly reason?: string;
  readonly stack?: string;
}
