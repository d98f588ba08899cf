import type { StaticSpec } from "@keras/ops";
import type { Scope, TensorInfo } from "../device.ts";
import { isExact, isFloat32, type TfjsKernel, type TfjsKernelTable } from "./kernel.ts";

const isBool = (inputs: readonly StaticSpec[]): boolean => inputs.every((x) => x.dtype === "bool");

const reduction = (kernel: string, supports: TfjsKernel["supports"]): TfjsKernel => ({
  needs: [kernel, "Reshape", "Identity"],
  supports,
  run: (scope, [x], { attrs, outputSpecs: [out] }) => {
    const axis = [...(attrs["axis"] as readonly number[])];
    // To tfjs no axes at all means every axis.
    if (axis.length === 0) return scope.run("Identity", { x: x! });
    return scope.reshape(scope.run(kernel, { x: x! }, { axis, reductionIndices: axis, keepDims: false }), out!.shape);
  },
});

/** Position of the first extreme, where a NaN is the most extreme of all; tfjs passes NaN over. */
const argExtreme = (kernel: "ArgMax" | "ArgMin"): TfjsKernel => ({
  needs: [kernel, "ArgMax", "Max", "IsNan", "Cast", "Select", "Reshape"],
  supports: isExact,
  run: (scope, [x], { attrs, outputSpecs: [out] }) => {
    const axis = attrs["axis"] as number;
    const found = scope.run(kernel, { x: x! }, { axis });
    return scope.reshape(x!.dtype === "float32" ? orFirstNan(scope, x!, axis, found) : found, out!.shape);
  },
});

function orFirstNan(scope: Scope, x: TensorInfo, axis: number, found: TensorInfo): TensorInfo {
  const nan = scope.cast(scope.run("IsNan", { x }), "float32");
  const any = scope.cast(scope.run("Max", { x: nan }, { reductionIndices: [axis], keepDims: false }), "bool");
  return scope.select(any, scope.run("ArgMax", { x: nan }, { axis }), found);
}

const cumulative = (kernel: string, supports: TfjsKernel["supports"]): TfjsKernel => ({
  needs: [kernel],
  supports,
  run: (scope, [x], { attrs }) => {
    const { axis, exclusive, reverse } = attrs as { axis: number; exclusive: boolean; reverse: boolean };
    return scope.run(kernel, { x: x! }, { axis, exclusive, reverse });
  },
});

/** Reductions and running sums. */
export const reduceKernels: TfjsKernelTable = /* @__PURE__ */ (() => ({
  sum: reduction("Sum", isExact),
  prod: reduction("Prod", isFloat32),
  max: reduction("Max", isExact),
  min: reduction("Min", isExact),
  any: reduction("Any", isBool),
  all: reduction("All", isBool),
  argmax: argExtreme("ArgMax"),
  argmin: argExtreme("ArgMin"),
  cumsum: cumulative("Cumsum", isExact),
  cumprod: cumulative("Cumprod", isFloat32),
}))();
