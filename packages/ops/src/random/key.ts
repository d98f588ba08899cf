import type { Dim } from "../dim.ts";
import { bitwiseXor } from "../numpy/bitwise.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { getItem } from "../numpy/get-item.ts";
import { iotaTensor } from "../numpy/iota.ts";
import { reshape } from "../numpy/reshape.ts";
import { stack } from "../numpy/stack.ts";
import { zeros } from "../numpy/zeros.ts";
import { sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { threefry } from "./threefry.ts";

/** The two words of a key, or of an array of keys: uint32 tensors of one shape. @internal */
export type KeyWords = readonly [Tensor, Tensor];

const zeroWord = (): Tensor => zeros([], { dtype: "uint32" });

/** Words of a key uint32[2]. @internal */
export function keyWords(key: Tensor): KeyWords {
  return [getItem(key, 0), getItem(key, 1)];
}

/** `n` independent keys in place of each, as `jax.random.split` makes them. @internal */
export function splitKey([k0, k1]: KeyWords, n: number): KeyWords[] {
  const [a, b] = threefry(expandDims(k0, -1), expandDims(k1, -1), zeroWord(), iotaTensor([n], 0, "uint32"));
  return Array.from({ length: n }, (_, i) => [getItem(a, "...", i), getItem(b, "...", i)]);
}

/** An array of `n` keys from one. @internal */
export function splitInto([k0, k1]: KeyWords, n: Dim): KeyWords {
  return threefry(k0, k1, zeroWord(), iotaTensor([n], 0, "uint32"));
}

/** uint32[2] of one key's words. @internal */
export function joinKey([k0, k1]: KeyWords): Tensor {
  return stack([k0, k1]);
}

/** 32 random bits for each key of an array. @internal */
export function bitsOfKeys([k0, k1]: KeyWords): Tensor {
  const zero = zeroWord();
  return bitwiseXor(...threefry(k0, k1, zero, zero));
}

/** 64 random bits per element as two words, for dtypes of 64 bits. @internal */
export function wideBits(key: Tensor, shape: readonly number[]): KeyWords {
  const position = reshape(iotaTensor([sizeOf(shape)], 0, "uint32"), shape);
  return threefry(...keyWords(key), zeroWord(), position);
}
