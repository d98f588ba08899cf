import { dim } from "@keras/ops";
import { binary, cast, literal, reshape, slice } from "../emit/ops.ts";
import type { EmitterTable, NodeLike } from "../emit/table.ts";
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
  const high = binary(e, "LeftShift", x, literal(e, distance, x));
  const low = binary(e, "RightShift", x, literal(e, 32 - distance, x));
  return binary(e, "BitwiseOr", high, low);
}

/** Twenty rounds of Threefry-2x32 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011). */
function threefry(e: Emitter, key: readonly [Val, Val], counter: readonly [Val, Val]): readonly [Val, Val] {
  const parity = binary(e, "BitwiseXor", binary(e, "BitwiseXor", key[0], key[1]), e.scalar(PARITY, "uint32"));
  const schedule = [key[0], key[1], parity];
  let x0 = binary(e, "AddV2", counter[0], key[0]);
  let x1 = binary(e, "AddV2", counter[1], key[1]);
  for (let group = 0; group < 5; group++) {
    for (const distance of ROTATIONS[group % 2]!) {
      x0 = binary(e, "AddV2", x0, x1);
      x1 = binary(e, "BitwiseXor", rotateLeft(e, x1, distance), x0);
    }
    x0 = binary(e, "AddV2", x0, schedule[(group + 1) % 3]!);
    x1 = binary(e, "AddV2", x1, binary(e, "AddV2", schedule[(group + 2) % 3]!, e.scalar(group + 1, "uint32")));
  }
  return [x0, x1];
}

/**
 * Element i has the counter (0, i), and its bits are the two words of the cipher joined by exclusive or: JAX's "partitionable" scheme.
 */
function randomBits(e: Emitter, node: NodeLike, key: Val): Val {
  const { shape } = node.outputs[0]!;
  const count = dim.product(shape);
  const operands = [e.scalar(0, "int32"), e.size(count), e.scalar(1, "int32")];
  const low = cast(e, e.op("Range", operands, {}, { dtype: "int32", shape: [count] }), "uint32");
  const word = (i: number): Val => slice(e, key, [0], [i], [i + 1]);
  const [a, b] = threefry(e, [word(0), word(1)], [e.scalar(0, "uint32"), low]);
  return reshape(e, binary(e, "BitwiseXor", a, b), shape);
}

export const randoms: EmitterTable = {
  random_bits: {
    supports: (_, attrs) => {
      const count = dim.product((attrs as { shape: readonly number[] }).shape);
      return !dim.isStatic(count) || count < 2 ** 31;
    },
    emit: (e, node, [key]) => randomBits(e, node, key!),
  },
};
