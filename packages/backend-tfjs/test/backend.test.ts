import "@keras/backend-ref";
import "../src/index.ts";
import { findBackend } from "@tensorflow/tfjs-core";
import * as ops from "@keras/ops";
import { allDTypes, allocateHost, getBackend, NDArray, registerBackend, Variable, type Tensor } from "@keras/ops";
import { beforeAll, describe, expect, it } from "vitest";
import { createTfjsBackend, elementwiseKernels } from "../src/parts.ts";

beforeAll(() => ops.setBackend("tfjs"));

const values = async (x: Tensor): Promise<unknown[]> => Array.from((await x.data()) as Float32Array);
const floats = (data: readonly number[], shape: readonly number[] = [data.length]): Tensor =>
  ops.toTensor(new NDArray(Float32Array.from(data), shape, "float32"));
const ints = (...data: readonly number[]): Tensor =>
  ops.toTensor(new NDArray(Int32Array.from(data), [data.length], "int32"));
/** Values that TensorFlow.js holds. */
const held = (): number => (findBackend("cpu") as unknown as { numDataIds(): number }).numDataIds();

describe("buffers", () => {
  const backend = getBackend("tfjs");
  for (const dtype of allDTypes()) {
    it(`${dtype} comes back as it went`, () => {
      for (const shape of [[3, 2], [], [0, 4]]) {
        const spec = { dtype, shape };
        const data = allocateHost(
          dtype,
          shape.reduce((a, b) => a * b, 1),
        );
        for (let i = 0; i < data.length; i++) {
          data[i] = (
            typeof data[i] === "bigint" ? BigInt(i % 2) : typeof data[i] === "string" ? `${i}` : i % 2
          ) as never;
        }
        const buffer = backend.upload(data, spec);
        const expected = data.slice();
        if (data.length > 0 && typeof data[0] === "number") data[0] = 9 as never;
        expect(backend.downloadSync!(buffer, spec)).toEqual(expected);
        backend.free!(buffer);
      }
    });
  }
});

describe("what TensorFlow.js does otherwise", () => {
  it("sign and truncation keep NaN", async () => {
    expect(await values(ops.sign(floats([Number.NaN, -2, 0, 3])))).toEqual([Number.NaN, -1, 0, 1]);
    expect(await values(ops.trunc(floats([Number.NaN, -2.5, 2.5])))).toEqual([Number.NaN, -2, 2]);
  });
  it("floats beyond the range of integers saturate", async () => {
    const x = floats([3e9, -3e9, Number.NaN, 2147483520, -1.9]);
    expect(await values(ops.cast(x, "int32"))).toEqual([2147483647, -2147483648, 0, 2147483520, -1]);
  });
  it("a NaN is the most extreme", async () => {
    const x = floats([1, Number.NaN, 3, 9, 2, 1], [2, 3]);
    expect(await values(ops.argmax(x, { axis: 1 }))).toEqual([1, 0]);
    expect(await values(ops.argmin(x, { axis: 1 }))).toEqual([1, 2]);
  });
  it("products of integers wrap", async () => {
    expect(await values(ops.multiply(ints(46341, 65536), ints(46341, 65536)))).toEqual([-2147479015, 0]);
  });
  it("what lies beyond an axis is NaN, and is not written", async () => {
    expect(await values(ops.take(floats([1, 2, 3]), ints(2, 7), { axis: 0 }))).toEqual([3, Number.NaN]);
    const at = ops.toTensor(new NDArray(Int32Array.of(0, 0, 9), [3, 1], "int32"));
    expect(await values(ops.scatter(at, floats([1, 2, 5]), [3]))).toEqual([3, 0, 0]);
  });
  it("random numbers are those of every other backend", async () => {
    const draw = async (): Promise<unknown[]> => values(ops.random.uniform([5], { seed: 3 }));
    const here = await draw();
    await ops.setBackend("ref");
    expect(await draw()).toEqual(here);
    await ops.setBackend("tfjs");
  });
});

describe("memory", () => {
  const train = (variables: readonly Variable[], x: Tensor): Tensor => {
    const { value, grads } = ops.valueAndGrad(() => {
      const y = ops.softmax(ops.matmul(ops.relu(ops.matmul(x, variables[0]!)), variables[1]!));
      return ops.mean(ops.square(ops.subtract(y, 0.5)));
    }, variables);
    variables.forEach((v, i) => v.assignSub(ops.multiply(grads[i]!, 0.1)));
    return value;
  };

  it("10,000 compiled steps hold no more than one", () => {
    const variables = [floats([1, -1, 0.5, 2], [2, 2]), floats([1, 2, 3, 4], [2, 2])].map((x) => new Variable(x));
    const x = floats([1, 2, 3, 4], [2, 2]);
    const step = ops.jit((batch: Tensor) => train(variables, batch));
    let after = 0;
    for (let i = 0; i < 10_000; i++) {
      step(x).dispose();
      if (i === 10) after = held();
    }
    expect(held()).toBe(after);
  });

  it("gives back what an op that fails has made", () => {
    const backend = getBackend("tfjs");
    const spec = { dtype: "float32", shape: [2, 2] } as const;
    const x = backend.upload(new Float32Array(4), spec);
    const before = held();
    const wrong = { dtype: "float32", shape: [3] } as const;
    const call = { inputs: [x], inputSpecs: [spec], attrs: { axis: [0], keepdims: false }, outputSpecs: [wrong] };
    expect(() => backend.kernels!["sum"]!(call)).toThrow(/3/);
    expect(held()).toBe(before);
    backend.free!(x);
  });
});

describe("a backend of parts", () => {
  it("takes what it was given; the rest goes to the host", async () => {
    registerBackend(
      createTfjsBackend(elementwiseKernels, { name: "tfjs-small", device: "cpu", host: getBackend("ref") }),
    );
    await ops.setBackend("tfjs-small");
    expect(await values(ops.sum(ops.add(floats([1, 2]), 1)))).toEqual([5]);
    await ops.setBackend("tfjs");
  });
  it("says when its device is not there", async () => {
    registerBackend(createTfjsBackend(elementwiseKernels, { name: "tfjs-none", device: "no-such-device" }));
    await expect(ops.setBackend("tfjs-none")).rejects.toThrow(/no-such-device/);
  });
  it("says when it is not started", () => {
    const backend = createTfjsBackend(elementwiseKernels, { name: "tfjs-later" });
    expect(() => backend.upload(new Float32Array(1), { dtype: "float32", shape: [1] })).toThrow(/not started/);
  });
});
