import { sizeOf, type Kernel } from "@keras/ops";

const ROTATIONS: readonly (readonly number[])[] = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
];
/** Constant of the key schedule (Skein's, for 32-bit words). */
const PARITY = 0x1bd11bda;

/**
 * Threefry-2x32 with 20 rounds (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011) on the counters 0, 1, …, as 64-bit
 * numbers; the two words of each result are combined by xor, which is JAX's partitionable scheme for 32-bit values.
 */
const randomBits: Kernel = ({ inputs: [key], outputSpecs: [{ shape }] }) => {
  const [k0, k1] = key as Uint32Array;
  const keys = [k0 | 0, k1 | 0, (k0 ^ k1 ^ PARITY) | 0];
  const out = new Uint32Array(sizeOf(shape));
  for (let i = 0; i < out.length; i++) {
    let x0 = (Math.floor(i / 2 ** 32) + k0) | 0;
    let x1 = (i + k1) | 0;
    for (let round = 0; round < 5; round++) {
      const rotations = ROTATIONS[round & 1];
      for (let r = 0; r < 4; r++) {
        x0 = (x0 + x1) | 0;
        x1 = ((x1 << rotations[r]) | (x1 >>> (32 - rotations[r]))) ^ x0;
      }
      x0 = (x0 + keys[(round + 1) % 3]) | 0;
      x1 = (x1 + keys[(round + 2) % 3] + round + 1) | 0;
    }
    out[i] = x0 ^ x1;
  }
  return [out];
};

export const randomKernels: Readonly<Record<string, Kernel>> = { random_bits: randomBits };
