import { BindingError } from "./call.ts";
import { MissingError } from "./handler.ts";

/** Errors that JavaScript raises by itself when code meets a value it did not expect: never an answer to wrong input. */
const ACCIDENT =
  /Cannot (?:read|set|destructure|convert|mix|access)|is not (?:a function|iterable|a constructor|defined|an object)|undefined|Invalid (?:array|typed array) length|Maximum call stack/;

const isAccident = (error: unknown): boolean =>
  (error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError) &&
  ACCIDENT.test(error.message);

/** Whether it is one of the library's own errors; told by shape, since several copies of the library may be loaded. */
export function isKerasError(error: unknown): boolean {
  return (
    error instanceof Error &&
    typeof (error as { code?: unknown }).code === "string" &&
    !isAccident(error) &&
    !("syscall" in error)
  );
}

/**
 * Judges what was thrown where Python raised: null when it will do, else why not.
 * Keras's own errors must be this library's; where Python's numeric library raised, any deliberate error will do.
 */
export function judgeError(error: unknown, [exception, origin]: readonly [string, string]): string | null {
  if (error instanceof MissingError) return error.message;
  // Arguments that fit no signature do not compile here, which is as good.
  if (error instanceof BindingError) return null;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (!(error instanceof Error) || isAccident(error))
    return `threw ${text} by accident, where Python raised ${exception}`;
  const portable = origin.startsWith("keras:") && !origin.startsWith("keras:backend/");
  return portable && !isKerasError(error) ? `threw ${text}, which is no KerasError` : null;
}
