import "./adapter.ts";
import "@keras/backend-ref";
import * as ops from "@keras/ops";
import { BackendError, getBackend, NDArray, registerBackend, UnsupportedError, type Tensor } from "@keras/ops";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configureWebGpu, createWebGpuBackend, restartWebGpu, webGpuStatus } from "../src/index.ts";

beforeAll(() => ops.setBackend("webgpu"));

const floats = (data: readonly number[], shape: readonly number[] = [data.length]): Tensor =>
  ops.toTensor(new NDArray(Float32Array.from(data), shape, "float32"));
const values = async (x: Tensor): Promise<number[]> => Array.from((await x.data()) as Float32Array);
const noise = (shape: readonly number[], seed: number): Tensor => {
  let state = seed;
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return ops.toTensor(new NDArray(data, shape, "float32"));
};

/** The largest distance between what the GPU and the reference backend make of the same program. */
async function distance(program: () => Tensor): Promise<number> {
  const here = await values(program());
  await ops.setBackend("ref");
  const there = await values(program());
  await ops.setBackend("webgpu");
  expect(here.length).toBe(there.length);
  return Math.max(...here.map((x, i) => Math.abs(x - there[i]!) / Math.max(1, Math.abs(there[i]!))));
}

describe.each([true, false])("products of matrices and large sums, with shared memory: %s", (sharedMemory) => {
  // Other shapes, so that nothing is used again that was compiled for the other way.
  const more = sharedMemory ? 0 : 1;
  beforeAll(() => configureWebGpu({ sharedMemory }));
  afterAll(() => configureWebGpu({ sharedMemory: null }));
  it("sums are shared by threads, and go on", async () => {
    expect(await distance(() => ops.sqrt(ops.sum(ops.square(noise([5, 3000 + more], 1)), { axis: 1 })))).toBeLessThan(
      1e-5,
    );
    expect(await distance(() => ops.multiply(ops.sum(noise([70_000 + more], 2)), 2))).toBeLessThan(1e-4);
  });
  for (const [m, k, n] of [
    [1, 7, 5],
    [16, 8, 16],
    [33, 50, 17],
    [64, 64, 64],
    [130, 70, 65],
  ].map(([m, k, n]) => [m! + more, k!, n!] as const)) {
    it(`${m}×${k} · ${k}×${n}, with what comes after`, async () => {
      expect(
        await distance(() => ops.relu(ops.add(ops.matmul(noise([m, k], 1), noise([k, n], 2)), noise([n], 3)))),
      ).toBeLessThan(1e-5);
      expect(
        await distance(() => ops.matmul(ops.transpose(noise([3, k, m], 4), [0, 2, 1]), noise([3, k, n], 5))),
      ).toBeLessThan(1e-5);
    });
  }
});

describe.each([true, false])("gradients of convolutions, with shared memory: %s", (sharedMemory) => {
  const more = sharedMemory ? 0 : 1;
  beforeAll(() => configureWebGpu({ sharedMemory }));
  afterAll(() => configureWebGpu({ sharedMemory: null }));
  for (const options of [{}, { strides: 2, padding: "same" }, { dilationRate: 2 }] as const) {
    it(`agree for ${JSON.stringify(options)}`, async () => {
      const shape = [3, 3, 2, 4 + more];
      const loss = (kernel: Tensor): Tensor => ops.sum(ops.square(ops.conv(noise([2, 14, 13, 2], 1), kernel, options)));
      expect(await distance(() => ops.grad(loss)(noise(shape, 2)) as Tensor)).toBeLessThan(1e-4);
    });
  }
});

describe("large and many", () => {
  it("more elements than one row of workgroups takes", async () => {
    const x = ops.add(ops.arange(5_000_000, { dtype: "int32" }), 1);
    expect(await x.data()).toHaveLength(5_000_000);
    expect((await x.data())[4_999_999]).toBe(5_000_000);
  });
  it("more operands than a shader has buffers", async () => {
    const parts = Array.from({ length: 20 }, (_, i) => floats([i, i + 0.5]));
    expect(await values(ops.concatenate(parts))).toEqual(parts.flatMap((_, i) => [i, i + 0.5]));
    const add = ops.jit((...xs: Tensor[]) => xs.reduce((a, b) => ops.add(a, b)));
    expect(await values(add(...parts))).toEqual([190, 200]);
  });
  it("a long chain of ops", async () => {
    const f = ops.jit((x: Tensor) => {
      let y = x;
      for (let i = 0; i < 1000; i++) y = ops.add(y, 1);
      return y;
    });
    expect(await values(f(floats([0, 1])))).toEqual([1000, 1001]);
  });
});

describe("integers", () => {
  const ints = (...data: readonly number[]): Tensor =>
    ops.toTensor(new NDArray(Int32Array.from(data), [data.length], "int32"));
  it("are exact above 2^24, and wrap", async () => {
    expect(await values(ops.add(ints(16777217, 2147483647), 1))).toEqual([16777218, -2147483648]);
    expect(await values(ops.multiply(ints(46341, 65537), ints(46341, 65537)))).toEqual([-2147479015, 131073]);
  });
  it("64 bits are computed on the host", async () => {
    ops.enable64Bit(true);
    const x = ops.toTensor(new NDArray(BigInt64Array.of(2n ** 40n), [1], "int64"));
    expect([...(await ops.add(x, x).data())]).toEqual([2n ** 41n]);
    ops.enable64Bit(false);
  });
});

describe("reading", () => {
  it("is asynchronous: a synchronous read says so", async () => {
    const x = ops.add(floats([1]), 1);
    await x.ready();
    expect(() => x.dataSync()).toThrow(BackendError);
    expect(await values(x)).toEqual([2]);
    expect([...x.dataSync()]).toEqual([2]);
  });
  it("shapes that depend on data need it on the host", async () => {
    const [found] = ops.nonzero(floats([0, 3, 4]));
    expect(await values(found!)).toEqual([1, 2]);
    const computed = ops.add(floats([-1, 2]), 1);
    await computed.ready();
    expect(() => ops.nonzero(computed)).toThrow(UnsupportedError);
    await computed.data();
    expect(await values(ops.nonzero(computed)[0]!)).toEqual([1]);
  });
});

describe("without a host", () => {
  const before = getBackend("webgpu");
  afterAll(async () => {
    registerBackend(before);
    await ops.setBackend("webgpu");
  });
  it("shaders run; what they cannot do is an error", async () => {
    registerBackend(createWebGpuBackend());
    await ops.setBackend("webgpu");
    expect(await values(ops.softmax(floats([1, 1])))).toEqual([0.5, 0.5]);
    await expect(async () => values(ops.cholesky(floats([4], [1, 1])))).rejects.toThrow(BackendError);
  });
});

describe("the device", () => {
  it("tells what it is", () => {
    expect(webGpuStatus().vendor).not.toBe("");
    expect(webGpuStatus().lost).toBe(null);
  });
  it("keeps no more idle memory than it may", async () => {
    configureWebGpu({ poolBytes: 1000 });
    for (let i = 0; i < 5; i++) (await ops.add(noise([1000 * (i + 1)], i), 1).data()).at(0);
    const last = ops.add(floats([1]), 1);
    await last.data();
    last.dispose();
    configureWebGpu({ poolBytes: 2 ** 30 });
    expect(webGpuStatus().idleBytes).toBeLessThan(100_000);
  });
  it("is lost, says so, and starts again", async () => {
    const step = ops.jit((x: Tensor) => ops.multiply(x, 2));
    const computed = step(floats([1, 2]));
    const known = step(floats([3, 4]));
    await computed.ready();
    expect(await values(known)).toEqual([6, 8]);
    await restartWebGpu();
    await expect(async () => step(computed).data()).rejects.toThrow(/lost/);
    await expect(computed.data()).rejects.toThrow(/lost/);
    expect(await values(step(known))).toEqual([12, 16]);
  });
});
