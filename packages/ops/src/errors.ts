/** What went wrong, for `switch (error.code)`: stable across installed copies, unlike `instanceof`. */
export type KerasErrorCode =
  | "argument"
  | "backend"
  | "build"
  | "dtype"
  | "file_format"
  | "gradient"
  | "no_backend"
  | "not_found"
  | "shape"
  | "state"
  | "trace"
  | "unsupported";

/** Where an error arose; every part that is known is appended to the message. */
export interface ErrorPlace {
  /** Path of the layer, such as `model/dense_1`. */
  readonly layer?: string | undefined;
  /** Name of the op, such as `matmul`. */
  readonly op?: string | undefined;
  readonly cause?: unknown;
}

/**
 * Base of every error this library throws on purpose. Match on `code`.
 *
 * @example
 * ```ts
 * import { ops } from "keras";
 * try {
 *   ops.add([1, 2], [1, 2, 3]);
 * } catch (error) {
 *   console.log((error as ops.KerasError).code); // "shape"
 * }
 * ```
 */
export class KerasError extends Error {
  readonly code: KerasErrorCode;
  readonly layer: string | undefined;
  readonly op: string | undefined;

  constructor(code: KerasErrorCode, message: string, place: ErrorPlace = {}) {
    const where = [place.op && `op '${place.op}'`, place.layer && `layer '${place.layer}'`].filter(Boolean);
    super(
      where.length > 0 ? `${message} (in ${where.join(", ")})` : message,
      "cause" in place ? { cause: place.cause } : undefined,
    );
    this.name = new.target.name;
    this.code = code;
    this.layer = place.layer;
    this.op = place.op;
  }
}

/** Two shapes do not fit, or a shape is not what an op or layer needs. */
export class ShapeError extends KerasError {
  constructor(message: string, place?: ErrorPlace) {
    super("shape", message, place);
  }
}

/** A dtype is unknown, does not fit, or is missing on the current backend. */
export class DTypeError extends KerasError {
  constructor(message: string, place?: ErrorPlace) {
    super("dtype", message, place);
  }
}

/** An argument has a wrong type or value. */
export class ArgumentError extends KerasError {
  constructor(message: string, place?: ErrorPlace) {
    super("argument", message, place);
  }
}

/** A name (loss, layer class, backend, weight, …) is not known. */
export class NotFoundError extends KerasError {
  constructor(message: string, place?: ErrorPlace) {
    super("not_found", message, place);
  }
}

/** A backend failed, or cannot do what was asked. */
export class BackendError extends KerasError {
  constructor(message: string, place?: ErrorPlace) {
    super("backend", message, place);
  }
}

/** No backend is registered or set. */
export class NoBackendError extends KerasError {
  constructor(message: string, place?: ErrorPlace) {
    super("no_backend", message, place);
  }
}

/** A gradient was asked for where none is defined. */
export class GradientError extends KerasError {
  constructor(message: string, place?: ErrorPlace) {
    super("gradient", message, place);
  }
}

/** A traced value was used outside its trace, or read inside it. */
export class TraceError extends KerasError {
  constructor(message: string, place?: ErrorPlace) {
    super("trace", message, place);
  }
}

/** A layer or model was used before it could be built, or built twice. */
export class BuildError extends KerasError {
  constructor(message: string, place?: ErrorPlace) {
    super("build", message, place);
  }
}

/** Something was done in a state that does not allow it: a disposed tensor was read, an uncompiled model trained. */
export class StateError extends KerasError {
  constructor(message: string, place?: ErrorPlace) {
    super("state", message, place);
  }
}

/** The thing exists in Keras but cannot be done here; the message says what can. */
export class UnsupportedError extends KerasError {
  constructor(message: string, place?: ErrorPlace) {
    super("unsupported", message, place);
  }
}

/** A file is truncated, damaged, hostile, or uses a feature that is not supported. */
export class FormatError extends KerasError {
  constructor(message: string, place?: ErrorPlace) {
    super("file_format", message, place);
  }
}
