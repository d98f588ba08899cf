const N = 624;
const M = 397;

/**
 * Python's `random` module, as far as Keras draws default seeds from it: MT19937 with Python's seeding and `randint`. With the same
 * `setRandomSeed` the layers of a model get the seeds, and so the initial weights, that they get in Python.
 *
 * Source: Matsumoto and Nishimura, Mersenne Twister (1998); `random.seed` and `random.randint` of CPython 3.
 *
 * @internal
 */
export class MersenneTwister {
  readonly state: Uint32Array = new Uint32Array(N);
  index: number = N;

  /** @param seed - A safe integer; its sign is ignored, as in Python. */
  constructor(seed: number) {
    const size = Math.abs(seed);
    const high = Math.floor(size / 2 ** 32);
    this.seedByArray(high === 0 ? [size] : [size >>> 0, high]);
  }

  seedByArray(key: readonly number[]): void {
    const s = this.state;
    s[0] = 19650218;
    for (let i = 1; i < N; i++) s[i] = Math.imul(1812433253, s[i - 1]! ^ (s[i - 1]! >>> 30)) + i;
    let i = 1;
    const advance = (): void => {
      i++;
      if (i >= N) {
        s[0] = s[N - 1]!;
        i = 1;
      }
    };
    const mixed = (factor: number): number => s[i]! ^ Math.imul(s[i - 1]! ^ (s[i - 1]! >>> 30), factor);
    for (let k = 0; k < Math.max(N, key.length); k++) {
      const j = k % key.length;
      s[i] = mixed(1664525) + key[j]! + j;
      advance();
    }
    for (let k = 0; k < N - 1; k++) {
      s[i] = mixed(1566083941) - i;
      advance();
    }
    s[0] = 0x80000000;
  }

  /** The next 32 random bits. */
  next(): number {
    if (this.index >= N) this.refill();
    let y = this.state[this.index++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  refill(): void {
    const s = this.state;
    for (let k = 0; k < N; k++) {
      const y = (s[k]! & 0x80000000) | (s[(k + 1) % N]! & 0x7fffffff);
      s[k] = s[(k + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.index = 0;
  }

  /** Uniform integer in [low, high], both included; they lie less than 2^32 apart. */
  randint(low: number, high: number): number {
    const width = high - low + 1;
    const bits = 32 - Math.clz32(width);
    for (;;) {
      const draw = this.next() >>> (32 - bits);
      if (draw < width) return low + draw;
    }
  }
}
