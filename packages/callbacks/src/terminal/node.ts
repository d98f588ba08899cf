import process from "node:process";
import type { Terminal } from "./terminal.ts";

/** Standard output: live on a terminal, lines in a pipe. */
export const terminal: Terminal = {
  get live() {
    return process.stdout.isTTY === true;
  },
  get columns() {
    return process.stdout.columns ?? 80;
  },
  write(text) {
    process.stdout.write(text);
  },
};
