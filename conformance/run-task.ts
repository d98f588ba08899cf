import { openCases, type Cases } from "./cases.ts";
import { handlerFor } from "./categories/index.ts";
import { compare, HALF_SCALE } from "./compare.ts";
import { withEnvironment } from "./environment.ts";
import { isKerasError, judgeError } from "./errors.ts";
import type { Check, Handler, HandlerContext } from "./handler.ts";
import type { Library } from "./library.ts";
import { OWN_CASES } from "./options.ts";
import type { Outcome } from "./outcome.ts";
import { nameOf, type Row } from "./row.ts";
import { settle } from "./settle.ts";
import { excuseFor, type Shortfall, type Skip } from "./skips.ts";
import type { Task } from "./worker-messages.ts";

export interface Listener {
  begin(ids: readonly string[]): void;
  outcome(outcome: Outcome): void;
}

/** What a task is run on. */
export interface Ground {
  readonly cases: Cases;
  readonly library: Library;
  readonly skips: readonly Skip[];
}

/** Cases whose results are read together where the backend is lazy: one flush computes them all. */
const BATCH = 32;

/** How a case ended; `kind`: in what way it did not pass. */
type Verdict = Omit<Outcome, "category" | "id"> & { readonly kind?: Shortfall["kind"] };

type Attempt = { readonly checks: readonly Check[] } | { readonly error: unknown };

async function attempt(handler: Handler, row: Row, context: HandlerContext): Promise<Attempt> {
  try {
    return { checks: await withEnvironment(context.library, row.env, () => handler(row, context)) };
  } catch (error) {
    return { error };
  }
}

/** Whether half-precision values take part, which widens the tolerance. */
const HALF = /"(?:b?float16|mixed_b?float16)"/;

async function judge(row: Row, checks: readonly Check[], library: Library): Promise<string | null> {
  const scale = HALF.test(JSON.stringify(row)) ? HALF_SCALE : 1;
  const settled = await Promise.all(checks.map((check) => settle(check.actual, library.decodeBits)));
  const reasons = checks.flatMap(({ label, expected, shapeOnly = false, rankOnly = false, align }, i) => {
    const reason = compare(align ? align(settled[i], expected) : settled[i], expected, { scale, shapeOnly, rankOnly });
    return reason === null ? [] : [`${label}: ${reason}`];
  });
  return reasons.length === 0 ? null : reasons.join("; ");
}

const message = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** Runs one case on its own, to its end. */
async function runAlone(handler: Handler, row: Row, context: HandlerContext): Promise<Verdict> {
  const result = await attempt(handler, row, context);
  return finish(row, result, context.library);
}

async function finish(row: Row, result: Attempt, library: Library): Promise<Verdict> {
  let error: unknown;
  if ("error" in result) {
    error = result.error;
  } else {
    try {
      const reason = await judge(row, result.checks, library);
      if (row.e) return { status: "fail", reason: `did not throw, as ${row.e[0]} in Python`, kind: "accepted" };
      return reason === null ? { status: "pass" } : { status: "fail", reason, kind: "differs" };
    } catch (late) {
      error = late;
    }
  }
  const stack = error instanceof Error && error.stack ? { stack: error.stack } : {};
  const reason = row.e ? judgeError(error, row.e) : `threw ${message(error)}`;
  if (reason === null) return { status: "pass" };
  const kind = !row.e && isKerasError(error) ? "refused" : "broken";
  return { status: "fail", reason: reason.replaceAll("\n", " "), kind, ...stack };
}

let own: Cases | undefined;

/** The repository's cases, in which a case of a smaller folder may have its other half. */
const ownCases = (): Cases => (own ??= openCases(OWN_CASES));

/** What is known of a case on which Keras's backends disagree. */
const dependentOn = (cases: Cases, id: string): string | undefined =>
  (cases.backendDependent.size > 0 ? cases : ownCases()).backendDependent.get(id);

/** Finds cases by category and id, here or in the repository's set. */
function lookUpIn(cases: Cases): (category: string, id: string) => Row | undefined {
  const byUnit = new Map<string, Map<string, Row>>();
  return (category, id) => {
    const unit = `${category}/${nameOf(id)}`;
    let rows = byUnit.get(unit);
    if (!rows) {
      const all = [ownCases(), cases].flatMap((set) => set.rows(category, nameOf(id)));
      rows = new Map(all.map((row) => [row.id, row]));
      byUnit.set(unit, rows);
    }
    return rows.get(id);
  };
}

/** Runs the cases of a task; each gets one outcome, whatever happens to the others. */
export async function runTask(task: Task, { cases, library, skips }: Ground, listener: Listener): Promise<void> {
  const { category, name } = task;
  const wanted = new Set(task.ids);
  const rows = cases.rows(category, name).filter((row) => wanted.has(row.id));
  const context: HandlerContext = {
    library,
    category,
    related: lookUpIn(cases),
  };
  const place = { backend: library.backend, category };
  const done = (row: Row, { status, reason, stack, kind }: Verdict): void => {
    const excuse = kind && excuseFor(skips, place, row, { kind, reason: reason ?? "" }, dependentOn(cases, row.id));
    if (excuse) {
      listener.outcome({ category, id: row.id, status: "skip", reason: excuse.reason });
      return;
    }
    listener.outcome({
      category,
      id: row.id,
      status,
      ...(reason === undefined ? {} : { reason }),
      ...(stack === undefined ? {} : { stack }),
    });
  };
  const handler = handlerFor(category);
  if (handler === null) {
    for (const row of rows) done(row, { status: "fail", reason: `there is no category '${category}'` });
    return;
  }
  // An error that shows only when a value is read would fail a whole batch, so cases that expect one run alone.
  const size = task.alone || !library.lazy ? 1 : BATCH;
  const together = rows.filter((row) => !row.e);
  for (let at = 0; at < together.length; at += size) {
    const batch = together.slice(at, at + size);
    listener.begin(batch.map((row) => row.id));
    const attempts: Attempt[] = [];
    for (const row of batch) attempts.push(await attempt(handler, row, context));
    const outcomes = await Promise.all(batch.map((row, i) => finish(row, attempts[i]!, library)));
    for (const [i, row] of batch.entries()) {
      const broken = batch.length > 1 && outcomes[i]!.status === "fail" && "checks" in attempts[i]!;
      // Its failure may be another case's that was computed with it.
      done(row, broken ? await runAlone(handler, row, context) : outcomes[i]!);
    }
  }
  for (const row of rows) {
    if (!row.e) continue;
    listener.begin([row.id]);
    done(row, await runAlone(handler, row, context));
  }
}
