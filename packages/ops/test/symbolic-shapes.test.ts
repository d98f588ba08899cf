// Shapes announced for unknown sizes agree with those of any sizes put in their place.
import { beforeEach, expect, test } from "vitest";
import fc from "fast-check";
import {
  broadcastTo,
  concatenate,
  expandDims,
  flip,
  Function as KerasFunction,
  KerasTensor,
  ones,
  reshape,
  squeeze,
  stack,
  sum,
  tile,
  transpose,
  type Tensor,
} from "@keras/ops";
import { useReference } from "./numpy/support.ts";

beforeEach(useReference);

/** Sizes of a tensor, and which of them are not known beforehand. */
const sizes = fc.array(fc.record({ size: fc.integer({ min: 1, max: 4 }), unknown: fc.boolean() }), {
  minLength: 1,
  maxLength: 4,
});

type Size = { readonly size: number; readonly unknown: boolean };
type Op = (x: Tensor) => Tensor;

/** Runs an op on a symbol and on values; every size that was announced must be right, and no axis may be missing. */
function check(given: readonly Size[], op: Op): void {
  const symbol = new KerasTensor(
    given.map(({ size, unknown }) => (unknown ? null : size)),
    "float32",
  );
  const announced = op(symbol as unknown as Tensor) as unknown as KerasTensor;
  const [result] = [
    new KerasFunction({ inputs: [symbol], outputs: [announced] }).run([ones(given.map((d) => d.size))]),
  ];
  const { shape } = (result as Tensor[])[0]!;
  expect(announced.shape).toHaveLength(shape.length);
  for (const [axis, size] of announced.shape.entries()) {
    if (typeof size === "number") expect(size, `axis ${axis}`).toBe(shape[axis]);
  }
}

const property = (name: string, op: (given: readonly Size[], choice: number) => Op): void =>
  test(name, () => {
    fc.assert(
      fc.property(sizes, fc.nat(20), (given, choice) => check(given, op(given, choice))),
      { numRuns: 60 },
    );
  });

property(
  "reshape to one axis, and to one of -1 beside a new one",
  (_, choice) => (x) => reshape(x, choice % 2 ? [-1] : [1, -1]),
);
property("reshape that joins two neighbours", (given, choice) => (x) => {
  if (given.length < 2) return reshape(x, [-1, 1]);
  const at = choice % (given.length - 1);
  // The other sizes may be asked for only where they are known.
  const rest = given.filter((_, i) => i !== at && i !== at + 1);
  return rest.some((d) => d.unknown)
    ? reshape(x, [-1])
    : reshape(x, [...given.slice(0, at).map((d) => d.size), -1, ...given.slice(at + 2).map((d) => d.size)]);
});
property("transpose", (given, choice) => (x) => {
  const axes = given.map((_, i) => (i + choice) % given.length);
  return transpose(x, axes);
});
property(
  "sums that keep an axis or drop it",
  (given, choice) => (x) => sum(x, { axis: choice % given.length, keepdims: choice > 10 }),
);
property("new axes, taken away again", (given, choice) => (x) => {
  const at = choice % (given.length + 1);
  return squeeze(expandDims(x, at), at);
});
property(
  "a tensor beside itself",
  (given, choice) => (x) => concatenate([x, flip(x)], { axis: choice % given.length }),
);
property("a stack", (given, choice) => (x) => stack([x, x, x], { axis: choice % (given.length + 1) }));
property(
  "tiles",
  (given, choice) => (x) =>
    tile(
      x,
      given.map((_, i) => 1 + ((choice + i) % 3)),
    ),
);
property(
  "broadcasting along a new first axis",
  (given, choice) => (x) =>
    given.some((d) => d.unknown) ? expandDims(x, 0) : broadcastTo(x, [1 + choice, ...given.map((d) => d.size)]),
);
