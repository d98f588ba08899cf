import type { HostTensor, Symbolic } from "./compare.ts";

/** What this harness needs of a tensor. */
interface Readable {
  readonly kind: "tensor";
  readonly shape: readonly number[];
  readonly dtype: string;
  ready(): Promise<unknown>;
  data(): Promise<ArrayLike<unknown>>;
}

/** Bits of 8- and 16-bit floats → numbers. */
export type DecodeBits = (bits: Uint16Array | Uint8Array, dtype: string) => ArrayLike<number>;

const kindOf = (value: unknown): unknown =>
  value !== null && typeof value === "object" ? (value as { kind?: unknown }).kind : undefined;
const SMALL_FLOATS: ReadonlySet<string> = new Set(["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"]);

function host(values: ArrayLike<unknown>, shape: readonly number[], dtype: string, decodeBits: DecodeBits): HostTensor {
  if (dtype === "string") return { kind: "host", dtype, shape, values: Array.from(values, String) };
  const numbers = SMALL_FLOATS.has(dtype) ? decodeBits(values as Uint16Array, dtype) : values;
  return { kind: "host", dtype, shape, values: Array.from(numbers as ArrayLike<number | bigint>, Number) };
}

/**
 * Reads every tensor in a tree of results: all are asked for before any is awaited, so that a lazy backend computes them together.
 * Symbolic tensors become `{ kind: "symbolic" }`, Variables their values.
 */
export async function settle(tree: unknown, decodeBits: DecodeBits): Promise<unknown> {
  if (tree instanceof Promise) return settle(await tree, decodeBits);
  switch (kindOf(tree)) {
    case "tensor": {
      const tensor = tree as Readable;
      const data = await tensor.data();
      // The shape of a result that depends on data is known only now.
      return host(data, [...tensor.shape], tensor.dtype, decodeBits);
    }
    case "ndarray": {
      const array = tree as { values: ArrayLike<unknown>; shape: readonly number[]; dtype: string };
      return host(array.values, [...array.shape], array.dtype, decodeBits);
    }
    case "variable":
      return settle((tree as { value: unknown }).value, decodeBits);
    case "keras_tensor": {
      const { shape, dtype } = tree as { shape: readonly unknown[]; dtype: string };
      return {
        kind: "symbolic",
        dtype,
        shape: shape.map((d) => (typeof d === "number" ? d : null)),
      } satisfies Symbolic;
    }
  }
  if (Array.isArray(tree)) return Promise.all(tree.map((item) => settle(item, decodeBits)));
  if (tree !== null && typeof tree === "object" && Object.getPrototypeOf(tree) === Object.prototype) {
    const entries = Object.entries(tree).map(async ([key, value]) => [key, await settle(value, decodeBits)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }
  return tree;
}
