import { afterEach, beforeEach, expect, test } from "vitest";
import {
  disableFlashAttention,
  dotProductAttention,
  enableFlashAttention,
  isFlashAttentionEnabled,
  KerasTensor,
  runtime,
  type OpOperation,
  type Tensor,
} from "@keras/ops";
import { flat, numbers, tensor, useReference } from "../numpy/support.ts";

beforeEach(useReference);
afterEach(() => {
  runtime().config.flashAttention = null;
});

const random = (seed: number): Tensor => tensor(numbers([2, 3, 2, 4], -1, 1, seed), [2, 3, 2, 4], "float32");

test("the wish is kept, and changes no result", async () => {
  const [q, k, v] = [random(1), random(2), random(3)];
  expect(isFlashAttentionEnabled()).toBeNull();
  const plain = await flat(dotProductAttention(q, k, v));
  enableFlashAttention();
  expect(isFlashAttentionEnabled()).toBe(true);
  expect(await flat(dotProductAttention(q, k, v))).toEqual(plain);
  disableFlashAttention();
  expect(isFlashAttentionEnabled()).toBe(false);
  expect(await flat(dotProductAttention(q, k, v, { flashAttention: true }))).toEqual(plain);
});

test("a call's own wish, else the global one, is kept in a Functional graph", () => {
  const x = new KerasTensor([null, 3, 2, 4], "float32");
  const wish = (y: KerasTensor): unknown => (y.history!.operation as OpOperation).attrs["flashAttention"];
  expect(wish(dotProductAttention(x, x, x))).toBeNull();
  disableFlashAttention();
  expect(wish(dotProductAttention(x, x, x))).toBe(false);
  expect(wish(dotProductAttention(x, x, x, { flashAttention: true }))).toBe(true);
});
