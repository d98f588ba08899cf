import { UnsupportedError } from "@keras/ops";
import type { Files } from "./files.ts";

export const files: Files = {
  write(path) {
    throw new UnsupportedError(
      `a browser cannot write the file '${path}': leave the path out and use the \`files\` of the report`,
    );
  },
};
