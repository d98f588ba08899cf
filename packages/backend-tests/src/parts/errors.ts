import * as ops from "@keras/ops";
import { allDTypes, BackendError, DTypeError, enable64Bit, getBackend, ShapeError, toTensor } from "@keras/ops";
import { expect } from "vitest";
import type { Suite } from "../suite.ts";
import { floats } from "../numbers.ts";
import { patterns } from "./transfer.ts";

/** Wrong input gets an answer that helps, and nothing is broken afterwards. */
export function errorTests(suite: Suite): void {
  const { backend } = suite.settings;
  suite.test("shapes that do not fit are named, and the backend goes on", async () => {
    expect(() => ops.matmul(ops.zeros([2, 3]), ops.zeros([4, 5]))).toThrow(ShapeError);
    expect(() => ops.add(ops.zeros([2, 3]), ops.zeros([4]))).toThrow(/\[2, ?3\]/);
    expect(await ops.add(toTensor([1]), 1).array()).toEqual([2]);
  });
  suite.test("a dtype that it lacks is an error that names those who have it", () => {
    const lacking = allDTypes().filter((dtype) => !getBackend(backend).dtypes.has(dtype));
    enable64Bit(true);
    try {
      for (const dtype of lacking) expect(() => toTensor(patterns(dtype, 2))).toThrow(DTypeError);
    } finally {
      enable64Bit(false);
    }
    expect(getBackend(backend).dtypes.has("float32")).toBe(true);
    expect(getBackend(backend).dtypes.has("int32")).toBe(true);
    expect(getBackend(backend).dtypes.has("bool")).toBe(true);
  });
  suite.test("a synchronous read gives the value or says why it cannot", async () => {
    const x = ops.add(toTensor([1, 2]), 1);
    const { downloadSync, isReadable } = getBackend(backend);
    await x.ready();
    if (downloadSync && !isReadable) {
      expect([...(x.dataSync() as Float32Array)]).toEqual([2, 3]);
    } else expect(() => x.dataSync()).toThrow(BackendError);
    expect(await x.array()).toEqual([2, 3]);
  });
  suite.test("a value that is disposed cannot be read, and one that shares its memory can", async () => {
    const x = ops.multiply(toTensor(floats([3], 1)), 2);
    const y = x.alias();
    await x.ready();
    x.dispose();
    await expect((async () => x.data())()).rejects.toThrow(/disposed/);
    expect((await y.data()).length).toBe(3);
  });
}
