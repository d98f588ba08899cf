import { dim } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { dispatch } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import { formatShape, type Spec } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { gatherNd } from "./gather.ts";

/** How updates combine with what is there. */
export type ScatterMode = "set" | "add" | "multiply" | "min" | "max";

/** Attributes of `scatter_nd`. */
export interface ScatterAttrs extends Readonly<Record<string, unknown>> {
  readonly mode: ScatterMode;
}

/**
 * Specs of a scatter, whatever its mode.
 *
 * @throws {ShapeError} when the updates do not fit the addresses.
 * @internal
 */
export function scatterSpecs([x, indices, updates]: readonly Spec[]): readonly Spec[] {
  const depth = indices!.shape.at(-1);
  const wanted =
    typeof depth === "number" && depth <= x!.shape.length
      ? [...indices!.shape.slice(0, -1), ...x!.shape.slice(depth)]
      : null;
  const fits =
    wanted &&
    wanted.length === updates!.shape.length &&
    wanted.every((d, i) => dim.equal(d, updates!.shape[i]!) || !dim.isStatic(d) || !dim.isStatic(updates!.shape[i]!));
  if (!fits) {
    throw new ShapeError(
      `indices of shape ${formatShape(indices!.shape)} into ${formatShape(x!.shape)} need updates of shape ${wanted ? formatShape(wanted) : "?"}, got ${formatShape(updates!.shape)}`,
      { op: "scatter_nd" },
    );
  }
  return [x!];
}

/** `scatter_nd` as the gradient of a gather needs it, without the rules of the other modes. */
const addition: OpDef<ScatterAttrs> = /* @__PURE__ */ defineOp<ScatterAttrs>({
  name: "scatter_nd",
  infer: scatterSpecs,
  vjp: ({ inputs: [, indices], grads: [g], needs }) => [g!, null, needs(2) ? gatherNd(g!, indices!, 0) : null],
});

/**
 * `x` with updates added at addresses: the last axis of `indices` addresses the first axes of `x`.
 *
 * @internal
 */
export function scatterAdd(x: Tensor, indices: Tensor, updates: Tensor): Tensor {
  return dispatch<ScatterAttrs, ScatterAttrs>(addition, [x, indices, updates], { mode: "add" })[0]!;
}
