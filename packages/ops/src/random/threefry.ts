import { dispatch } from "../execution/dispatch.ts";
import type { NoAttrs } from "../define/attrs.ts";
import { add } from "../numpy/add.ts";
import { bitwiseOr, bitwiseXor } from "../numpy/bitwise.ts";
import { leftShift, rightShift } from "../numpy/shift.ts";
import { defineOp, type OpDef } from "../op.ts";
import { broadcastShapes } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/**
 * The Threefry-2x32 block function with 20 rounds: (k0, k1, x0, x1) uint32, which broadcast → two words of random bits.
 * Where one key serves all positions `random_bits` is the cheaper way; this one serves splitting keys and arrays of keys.
 *
 * Source: Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3 (2011).
 */
export const threefryOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "threefry2x32",
  infer: (inputs) => {
    const shape = broadcastShapes(
      inputs.map((x) => x.shape),
      "threefry2x32",
    );
    return [
      { shape, dtype: "uint32" },
      { shape, dtype: "uint32" },
    ];
  },
  decompose: ([k0, k1, x0, x1]) => rounds(k0!, k1!, x0!, x1!),
  vjp: null,
});

function rounds(k0: Tensor, k1: Tensor, x0: Tensor, x1: Tensor): [Tensor, Tensor] {
  const rotations = [
    [13, 15, 26, 6],
    [17, 29, 16, 24],
  ];
  const keys = [k0, k1, bitwiseXor(bitwiseXor(k0, k1), 0x1bd11bda)];
  let [a, b] = [add(x0, k0), add(x1, k1)];
  for (let group = 0; group < 5; group++) {
    for (const r of rotations[group % 2]!) {
      a = add(a, b);
      b = bitwiseXor(a, bitwiseOr(leftShift(b, r), rightShift(b, 32 - r)));
    }
    a = add(a, keys[(group + 1) % 3]!);
    b = add(add(b, keys[(group + 2) % 3]!), group + 1);
  }
  return [a, b];
}

/** Both words of the block function. @internal */
export function threefry(k0: Tensor, k1: Tensor, x0: Tensor, x1: Tensor): readonly [Tensor, Tensor] {
  const [a, b] = dispatch(threefryOp, [k0, k1, x0, x1], {});
  return [a!, b!];
}
