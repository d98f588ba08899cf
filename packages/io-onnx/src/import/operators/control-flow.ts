import * as k from "@keras/ops";
import type { Call, Item, OperatorTable } from "../call.ts";
import { asValue, Value } from "../value.ts";

type T = k.Tensor;

/** Steps up to which a loop of known length is written out while tracing. */
const MAX_UNROLLED = 256;

function conditional(c: Call): readonly Item[] {
  const known = c.value(0).known();
  const branch = (name: string): readonly Item[] => c.run(c.body(name), []);
  if (known) return branch(known[0] ? "then_branch" : "else_branch");
  const tensors = (items: readonly Item[]): T[] => items.map((x) => (x as Value).tensor);
  const results = k.cond(
    k.reshape(c.tensor(0), []),
    () => tensors(branch("then_branch")),
    () => tensors(branch("else_branch")),
  );
  return results.map((x) => asValue(x));
}

function loop(c: Call): readonly Item[] {
  const body = c.body("body");
  const limit = c.optional(0)?.known()?.[0];
  const start = c.inputs.slice(2);
  const scans = body.output.length - 1 - start.length;
  const first = c.optional(1);
  let going = first ? first.known()?.[0] : true;
  let carried = start;
  const stacks: T[][] = Array.from({ length: scans }, () => []);
  const end = limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  if (going === undefined || (limit === undefined && c.optional(0))) return dynamicLoop(c, scans);
  for (let i = 0; i < end && going; i++) {
    const step = Value.constant(new k.NDArray(BigInt64Array.of(BigInt(i)) as never, [], "int64" as never));
    const flag = Value.constant(new k.NDArray(Uint8Array.of(1) as never, [], "bool" as never));
    const results = c.run(body, [step, flag, ...carried]);
    const next = (results[0] as Value).known()?.[0];
    if (next === undefined || i > MAX_UNROLLED * 64) return dynamicLoop(c, scans);
    going = next;
    carried = results.slice(1, 1 + start.length);
    results.slice(1 + start.length).forEach((y, j) => stacks[j]!.push((y as Value).tensor));
  }
  return [...carried, ...stacks.map((all) => asValue(all.length > 0 ? k.stack(all, { axis: 0 }) : k.zeros([0])))];
}

/** A loop whose end depends on data, while tracing. */
function dynamicLoop(c: Call, scans: number): readonly Item[] {
  if (scans > 0)
    throw new k.UnsupportedError(
      "a loop that stacks results must have a known number of steps inside a trained or exported model",
    );
  const body = c.body("body");
  const start = c.inputs.slice(2).map((x) => (x as Value).tensor);
  const limit = c.maybe(0);
  const going = c.optional(1) ? k.reshape(c.tensor(1), []) : k.cast(k.array(1), "bool");
  const results = k.whileLoop(
    ((i: T, flag: T) => (limit ? k.logicalAnd(flag, k.less(i, k.cast(k.reshape(limit, []), "int32"))) : flag)) as never,
    ((i: T, flag: T, ...carry: T[]) => {
      const out = c
        .run(
          body,
          [i, flag, ...carry].map((x) => asValue(x)),
        )
        .map((x) => (x as Value).tensor);
      return [k.add(i, 1), k.reshape(out[0]!, []), ...out.slice(1)];
    }) as never,
    [k.cast(k.array(0), "int32"), going, ...start] as never,
  ) as unknown as T[];
  return results.slice(2).map((x) => asValue(x));
}

function scan(c: Call): readonly Item[] {
  const body = c.body("body");
  const all = c.opset < 9 ? c.inputs.slice(1) : c.inputs;
  const xsCount = c.int("num_scan_inputs", 0);
  const carries = all.length - xsCount;
  const batched = c.opset < 9;
  const directions = c.ints("scan_input_directions") ?? c.ints("directions") ?? [];
  const inAxes = c.ints("scan_input_axes") ?? [];
  const start = all.slice(0, carries) as readonly Value[];
  const xs = (all.slice(carries) as readonly Value[]).map((v, i) => {
    const axis = inAxes[i] ?? 0;
    const moved = axis === 0 ? v.tensor : k.moveaxis(v.tensor, axis, 0);
    return (directions[i] ?? 0) === 1 ? k.flip(moved, { axis: 0 }) : moved;
  });
  const outDirections = c.ints("scan_output_directions") ?? [];
  const outAxes = c.ints("scan_output_axes") ?? [];
  const place = (y: T, i: number): T => {
    const turned = (outDirections[i] ?? 0) === 1 ? k.flip(y, { axis: 0 }) : y;
    return (outAxes[i] ?? 0) === 0 ? turned : k.moveaxis(turned, 0, outAxes[i]!);
  };
  if (batched) return batchedScan(c, start, xs);
  const [last, ys] = k.scan(
    ((carry: T[], x: T[]) => {
      const out = c
        .run(
          body,
          [...carry, ...x].map((v) => asValue(v)),
        )
        .map((v) => (v as Value).tensor);
      return [out.slice(0, carries), out.slice(carries)];
    }) as never,
    start.map((v) => v.tensor) as never,
    xs as never,
  ) as unknown as [T[], T[]];
  return [...last, ...ys.map(place)].map((v) => asValue(v));
}

/** Scan of operator set 8: every value has a leading batch axis. */
function batchedScan(c: Call, start: readonly Value[], xs: readonly T[]): readonly Item[] {
  const n = xs[0]!.shape[0]!;
  const rows = Array.from({ length: n }, (_, b) => {
    let carry = start.map((v) => k.getItem(v.tensor, b));
    const ys: T[][] = [];
    for (let t = 0; t < xs[0]!.shape[1]!; t++) {
      const out = c
        .run(
          c.body("body"),
          [...carry, ...xs.map((x) => k.getItem(x, b, t))].map((v) => asValue(v)),
        )
        .map((v) => (v as Value).tensor);
      carry = out.slice(0, start.length);
      out.slice(start.length).forEach((y, i) => (ys[i] ??= []).push(y));
    }
    return [...carry, ...ys.map((y) => k.stack(y, { axis: 0 }))];
  });
  return rows[0]!.map((_, i) =>
    asValue(
      k.stack(
        rows.map((r) => r[i]!),
        { axis: 0 },
      ),
    ),
  );
}

export const controlFlow: OperatorTable = { If: conditional, Loop: loop, Scan: scan };
