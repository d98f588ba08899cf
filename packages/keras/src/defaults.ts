// The backends that come with the umbrella, what the user configured outside of the program, and which backend is used until another
// is set.
import { userSettings } from "#engine";
import {
  listBackends,
  NoBackendError,
  runtime,
  setBackend,
  setEpsilon,
  setFloatx,
  setImageDataFormat,
} from "@keras/ops";
import "@keras/backend-onnx";
import "@keras/backend-ref";

/** The fastest first. Those that a program imported before this package come before them: it wants them. */
const OWN = ["onnx", "ref"];

/** Starts the first of these that does, and says why it is that one. */
async function startFirst(names: readonly string[], because: string): Promise<void> {
  const failed: string[] = [];
  for (const name of names) {
    try {
      await setBackend(name, { reason: [because, ...failed].filter((part) => part !== "").join("; ") });
      if (failed.length > 0) console.warn(`keras: ${failed.join("; ")}; using backend '${name}'`);
      return;
    } catch (error) {
      if (name === names.at(-1)) throw error;
      failed.push(`'${name}' did not start: ${(error as Error).message}`);
    }
  }
}

// Started here, so that ops work right after the import, without `await setBackend(...)`.
const state = runtime();
if (state.backend === null) {
  const { backend, floatx, epsilon, imageDataFormat } = userSettings();
  if (floatx !== undefined) setFloatx(floatx);
  if (epsilon !== undefined) setEpsilon(epsilon);
  if (imageDataFormat !== undefined) setImageDataFormat(imageDataFormat);
  const known = listBackends();
  const asked = backend !== undefined && known.includes(backend.name) ? backend : undefined;
  if (backend?.required && !asked)
    throw new NoBackendError(
      `${backend.source}, but there is no such backend here: imported are ${known.map((n) => `'${n}'`).join(", ")}; import its package before keras, or set another one`,
    );
  const other = known.filter((name) => !OWN.includes(name));
  if (asked) await startFirst(asked.required ? [asked.name] : [asked.name, ...other, ...OWN], asked.source);
  else {
    // The file may name an engine of Python Keras: it is meant for that.
    const because = backend ? `${backend.source}, which is not an imported backend` : "";
    await startFirst(
      [...other, ...OWN],
      [because, other.length > 0 ? "it was imported before keras" : "the fastest that comes with keras"]
        .filter((p) => p !== "")
        .join("; "),
    );
  }
}
