import { sizeOf, type NDArray } from "@keras/ops";
import type { NativeDType } from "../device.ts";
import type { TfjsKernel, TfjsKernelTable } from "./kernel.ts";

const NATIVE: ReadonlySet<unknown> = new Set(["float32", "int32", "bool"]);

const reshape: TfjsKernel = {
  needs: ["Reshape"],
  run: (scope, [x], { outputSpecs: [out] }) => scope.reshape(x!, out!.shape),
};

const transpose: TfjsKernel = {
  needs: ["Transpose"],
  // No kernel of a GPU goes beyond.
  supports: ([x], _attrs, device) => device.exactIntegers || x!.shape.length <= 6,
  run: (scope, [x], { attrs }) => scope.transpose(x!, attrs["perm"] as readonly number[]),
};

const broadcastTo: TfjsKernel = {
  needs: ["Tile", "Reshape"],
  run: (scope, [x], { outputSpecs: [out] }) => scope.broadcast(x!, out!.shape),
};

const slice: TfjsKernel = {
  needs: ["Slice", "StridedSlice"],
  run: (scope, [x], { attrs, outputSpecs: [out] }) => {
    const { start, limit, strides } = attrs as Readonly<Record<"start" | "limit" | "strides", readonly number[]>>;
    if (x!.shape.length === 0) return x!;
    if (strides.every((s) => s === 1))
      return scope.run("Slice", { x: x! }, { begin: [...start], size: [...out!.shape] });
    const masks = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
    return scope.run(
      "StridedSlice",
      { x: x! },
      { begin: [...start], end: [...limit], strides: [...strides], ...masks },
    );
  },
};

/** As joined blocks, since tfjs wants to know the value that is padded with on the host. */
const pad: TfjsKernel = {
  needs: ["Slice", "Concat", "Tile", "Reshape"],
  supports: ([x], attrs) => {
    const { low, high, interior } = attrs as Readonly<Record<"low" | "high" | "interior", readonly number[]>>;
    return (
      interior.every((n) => n === 0) && x!.shape.every((n, i) => Math.min(low[i]!, 0) + Math.min(high[i]!, 0) + n > 0)
    );
  },
  run: (scope, [x, value], { attrs }) => {
    const { low, high } = attrs as Readonly<Record<"low" | "high", readonly number[]>>;
    const begin = low.map((n) => Math.max(0, -n));
    const size = x!.shape.map((n, i) => n + Math.min(low[i]!, 0) + Math.min(high[i]!, 0));
    let out = size.every((n, i) => n === x!.shape[i]) ? x! : scope.run("Slice", { x: x! }, { begin, size });
    low.forEach((_, axis) => {
      const block = (n: number): (typeof out)[] =>
        n > 0
          ? [
              scope.broadcast(
                value!,
                out.shape.map((m, i) => (i === axis ? n : m)),
              ),
            ]
          : [];
      const blocks = [...block(low[axis]!), out, ...block(high[axis]!)];
      if (blocks.length > 1) out = scope.run("Concat", blocks, { axis });
    });
    return out;
  },
};

const concatenate: TfjsKernel = {
  needs: ["Concat"],
  run: (scope, inputs, { attrs }) => scope.run("Concat", inputs, { axis: attrs["axis"] }),
};

const reverse: TfjsKernel = {
  needs: ["Reverse"],
  run: (scope, [x], { attrs }) => scope.run("Reverse", { x: x! }, { dims: [...(attrs["axis"] as readonly number[])] }),
};

const iota: TfjsKernel = {
  needs: [],
  supports: (_, { dtype }) => dtype === "float32" || dtype === "int32",
  run: (scope, _, { attrs, outputSpecs: [out] }) => {
    const axis = attrs["axis"] as number;
    const { shape, dtype } = out!;
    const values = dtype === "int32" ? new Int32Array(sizeOf(shape)) : new Float32Array(sizeOf(shape));
    const inner = sizeOf(shape.slice(axis + 1));
    for (let i = 0; i < values.length; i++) values[i] = Math.floor(i / inner) % shape[axis]!;
    return scope.write(values, shape, dtype as "int32");
  },
};

const full: TfjsKernel = {
  needs: ["Fill"],
  supports: (_, { dtype }, device) => NATIVE.has(dtype) && (device.exactIntegers || dtype === "float32"),
  run: (scope, _, { attrs, outputSpecs: [out] }) =>
    scope.full(out!.shape, Number(attrs["value"]), out!.dtype as NativeDType),
};

const constant: TfjsKernel = {
  needs: [],
  supports: (_, { value }) => NATIVE.has((value as NDArray).dtype),
  run: (scope, _, { attrs }) => {
    const { values, shape, dtype } = attrs["value"] as NDArray<NativeDType>;
    return scope.write(values.slice(), shape, dtype);
  },
};

/** Ops that move elements. */
export const shapeKernels: TfjsKernelTable = /* @__PURE__ */ (() => ({
  reshape,
  transpose,
  broadcast_to: broadcastTo,
  slice,
  pad,
  concatenate,
  reverse,
  iota,
  full,
  constant,
}))();
