import { UnsupportedError } from "@keras/ops";
import type { Files } from "./files.ts";

export const files: Files = {
  async write(path) {
    throw new UnsupportedError(
      `a browser cannot write the file '${path}': use LambdaCallback or History to keep the numbers`,
    );
  },
  async holdsText() {
    return false;
  },
};
