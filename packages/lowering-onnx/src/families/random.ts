import { dim, type GraphNode } from "@keras/ops";
import { binary, cast, literal, reshape, slice } from "../emit/ops.ts";
import type { EmitterTable } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";

/** Rotation distances of Threefry-2x32, for even and odd groups of four rounds. */
const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;
/** Threefish's key schedule parity, cut to 32 bits. */
const PARITY = 0x1bd11bda;

function rotateLeft(e: Emitter, x: Val, distance: number): Val {
  const high = binary(e, "BitShift", x, literal(e, distance, x), { direction: "LEFT" });
  const low = binary(e, "BitShift", x, literal(e, 32 - distance, x), { direction: "RIGHT" });
  return binary(e, "BitwiseOr", high, low);
}

/** Twenty rounds of Threefry-2x32 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011). */
function threefry(e: Emitter, key: readonly [Val, Val], counter: readonly [Val, Val]): readonly [Val, Val] {
  const parity = binary(e, "BitwiseXor", binary(e, "BitwiseXor", key[0], key[1]), e.scalar(PARITY, "uint32"));
  const schedule = [key[0], key[1], parity];
  let x0 = binary(e, "Add", counter[0], key[0]);
  let x1 = binary(e, "Add", counter[1], key[1]);
  for (let group = 0; group < 5; group++) {
    for (const distance of ROTATIONS[group % 2]!) {
      x0 = binary(e, "Add", x0, x1);
      x1 = binary(e, "BitwiseXor", rotateLeft(e, x1, distance), x0);
    }
    x0 = binary(e, "Add", x0, schedule[(group + 1) % 3]!);
    x1 = binary(e, "Add", x1, binary(e, "Add", schedule[(group + 2) % 3]!, e.scalar(group + 1, "uint32")));
  }
  return [x0, x1];
}

/**
 * Element i has the counter (i div 2^32, i mod 2^32), and its bits are the two words of the cipher joined by exclusive or: JAX's
 * "partitionable" scheme.
 */
function randomBits(e: Emitter, node: GraphNode, key: Val): Val {
  const { shape } = node.outputs[0]!;
  const count = dim.product(shape);
  const length = reshape(e, e.symbols.size(e, count), []);
  const index = e.op(
    "Range",
    [e.scalar(0, "int64"), length, e.scalar(1, "int64")],
    {},
    { dtype: "int64", shape: [count] },
  );
  const low = cast(e, index, "uint32");
  const large = dim.isStatic(count) && count > 2 ** 32;
  const high = large ? cast(e, binary(e, "Div", index, e.scalar(2 ** 32, "int64")), "uint32") : e.scalar(0, "uint32");
  const word = (i: number): Val => slice(e, key, [0], [i], [i + 1]);
  const [a, b] = threefry(e, [word(0), word(1)], [high, low]);
  return reshape(e, binary(e, "BitwiseXor", a, b), shape);
}

export const randoms: EmitterTable = {
  random_bits: { emit: (e, node, [key]) => randomBits(e, node, key!) },
};
