import type { Encoded, Row } from "./row.ts";
import type { Library } from "./library.ts";

/** One thing to compare: a result (a tree of tensors and plain values) with what was recorded. */
export interface Check {
  /** What it is, for the failure's reason: `output`, `gradient of weight 0`. */
  readonly label: string;
  readonly actual: unknown;
  readonly expected: Encoded;
  /** Compare shapes and dtypes alone. */
  readonly shapeOnly?: boolean;
  /** Of shapes, compare the number of axes alone. */
  readonly rankOnly?: boolean;
  /** Brings one of several equally right results, already read, to the form of the recorded one. */
  readonly align?: (actual: unknown, expected: Encoded) => unknown;
}

export interface HandlerContext {
  readonly library: Library;
  readonly category: string;
  /** A case of another category, by id. */
  readonly related: (category: string, id: string) => Row | undefined;
}

/**
 * Replays a case and says what to compare. For a case whose `e` says that Python raised, throwing is the right outcome.
 * A handler must not read tensors where it can return them: those of many cases are read together.
 */
export type Handler = (row: Row, context: HandlerContext) => readonly Check[] | Promise<readonly Check[]>;

/** Something that the case needs does not exist in the packages: always a failure, also where an error is expected. */
export class MissingError extends Error {}
