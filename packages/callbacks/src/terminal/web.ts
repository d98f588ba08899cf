import type { Terminal } from "./terminal.ts";

/** The console, which adds the ends of lines itself and cannot be drawn over. */
export const terminal: Terminal = {
  live: false,
  columns: 80,
  write(text) {
    const line = text.replace(/\n$/, "");
    if (line !== "") console.log(line);
  },
};
