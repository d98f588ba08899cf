import { sizeOf } from "@keras/ops";
import { isFloat32, type TfjsKernel, type TfjsKernelTable } from "./kernel.ts";

interface DotAttrs {
  readonly contract: readonly [readonly number[], readonly number[]];
  readonly batch: readonly [readonly number[], readonly number[]];
}

/** As a batch of products of matrices. */
const dotGeneral: TfjsKernel = {
  needs: ["BatchMatMul", "Reshape", "Transpose"],
  supports: isFloat32,
  run: (scope, [x, y], { attrs, outputSpecs: [out] }) => {
    const { contract, batch } = attrs as unknown as DotAttrs;
    const free = [x!, y!].map(({ shape }, side) =>
      shape.map((_, axis) => axis).filter((axis) => !contract[side]!.includes(axis) && !batch[side]!.includes(axis)),
    );
    const sizes = (shape: readonly number[], axes: readonly number[]): number =>
      sizeOf(axes.map((axis) => shape[axis]!));
    const batches = sizes(x!.shape, batch[0]);
    const depth = sizes(x!.shape, contract[0]);
    const a = scope.reshape(scope.transpose(x!, [...batch[0], ...free[0]!, ...contract[0]]), [
      batches,
      sizes(x!.shape, free[0]!),
      depth,
    ]);
    const b = scope.reshape(scope.transpose(y!, [...batch[1], ...contract[1], ...free[1]!]), [
      batches,
      depth,
      sizes(y!.shape, free[1]!),
    ]);
    return scope.reshape(scope.run("BatchMatMul", { a, b }, { transposeA: false, transposeB: false }), out!.shape);
  },
};

/** Products of matrices. */
export const dotKernels: TfjsKernelTable = /* @__PURE__ */ (() => ({ dot_general: dotGeneral }))();
