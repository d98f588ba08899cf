import { sizeOf } from "@keras/ops";
import type { Scope, TensorInfo } from "../device.ts";
import type { TfjsKernel, TfjsKernelTable } from "./kernel.ts";

/** Which indices lie in [0, size). */
function inRange(scope: Scope, indices: TensorInfo, size: number): TensorInfo {
  const low = scope.run("GreaterEqual", { a: indices, b: scope.scalar(0, "int32") });
  return scope.run("LogicalAnd", { a: low, b: scope.run("Less", { a: indices, b: scope.scalar(size, "int32") }) });
}

/** tfjs throws for an index out of range; here such elements are NaN, or 0 where there is none. */
const gather: TfjsKernel = {
  needs: ["GatherV2", "GreaterEqual", "Less", "LogicalAnd", "Maximum", "Minimum", "Select", "Fill", "Tile", "Reshape"],
  supports: ([x, indices]) => indices!.dtype === "int32" && x!.shape.length > 0,
  run: (scope, [x, indices], { attrs, outputSpecs: [out] }) => {
    const axis = attrs["axis"] as number;
    const size = x!.shape[axis]!;
    const flat = scope.reshape(indices!, [sizeOf(indices!.shape)]);
    const capped = scope.run("Minimum", { a: flat, b: scope.scalar(size - 1, "int32") });
    const safe = scope.run("Maximum", { a: capped, b: scope.scalar(0, "int32") });
    const read = scope.reshape(scope.run("GatherV2", { x: x!, indices: safe }, { axis, batchDims: 0 }), out!.shape);
    const trailing = x!.shape.slice(axis + 1).map(() => 1);
    const valid = scope.reshape(inRange(scope, flat, size), [...indices!.shape, ...trailing]);
    const nothing = scope.full(out!.shape, x!.dtype === "float32" ? Number.NaN : 0, x!.dtype as "float32");
    return scope.select(scope.broadcast(valid, out!.shape), read, nothing);
  },
};

/** Indices out of range go to a further row that is cut off again. */
const scatterNd: TfjsKernel = {
  needs: [
    "ScatterNd",
    "TensorScatterUpdate",
    "Concat",
    "Slice",
    "Add",
    "Select",
    "Fill",
    "Reshape",
    "GreaterEqual",
    "Less",
    "LogicalAnd",
  ],
  supports: ([x, indices], { mode }) =>
    indices!.dtype === "int32" &&
    indices!.shape.at(-1) === 1 &&
    x!.shape.length > 0 &&
    (mode === "set" || (mode === "add" && x!.dtype === "float32")),
  run: (scope, [x, indices, updates], { attrs }) => {
    const [rows, ...row] = x!.shape as [number, ...number[]];
    const count = sizeOf(indices!.shape);
    const flat = scope.reshape(indices!, [count]);
    const last = scope.full([count], rows, "int32");
    const target = scope.reshape(scope.select(inRange(scope, flat, rows), flat, last), [count, 1]);
    const values = scope.reshape(updates!, [count, ...row]);
    const shape = [rows + 1, ...row];
    const cut = { begin: shape.map(() => 0), size: [rows, ...row] };
    if (attrs["mode"] === "add") {
      const sums = scope.run("ScatterNd", { indices: target, updates: values }, { shape });
      return scope.run("Add", { a: x!, b: scope.run("Slice", { x: sums }, cut) });
    }
    const extra = scope.full([1, ...row], 0, x!.dtype as "float32");
    const tensor = scope.run("Concat", [x!, extra], { axis: 0 });
    const written = scope.run("TensorScatterUpdate", { tensor, indices: target, updates: values }, {});
    return scope.run("Slice", { x: written }, cut);
  },
};

/** Reading and writing at indices. */
export const indexKernels: TfjsKernelTable = /* @__PURE__ */ (() => ({ gather, scatter_nd: scatterNd }))();
