/** A value as a golden case spells it: JSON, in which an object with `$` stands for something JSON has no word for. */
export type Encoded = null | boolean | number | string | readonly Encoded[] | EncodedObject;
export interface EncodedObject {
  readonly [key: string]: Encoded;
}

/** A tensor: `v` all elements, `c` one value for all, `r` start and step; none of them means that only shape and dtype count. */
export interface TensorTag {
  readonly $: "t";
  readonly d: string;
  readonly s: readonly number[];
  readonly v?: readonly Encoded[];
  readonly c?: Encoded;
  readonly r?: readonly [number, number];
  /** Where Python had it from: absent a backend tensor, `np` a NumPy array, `np0` a NumPy scalar, `var` a Variable. */
  readonly f?: "np" | "np0" | "var";
}

/** Ambient configuration under which a case was recorded, where it is not the default. */
export interface Environment {
  readonly image_data_format?: string;
  readonly floatx?: string;
  readonly epsilon?: number;
  readonly dtype_policy?: string;
}

/** One recorded case. Which further fields it has depends on its category. */
export interface Row {
  readonly id: string;
  readonly op?: string;
  readonly cls?: string;
  readonly a?: readonly Encoded[];
  readonly k?: EncodedObject;
  readonly o?: Encoded;
  /** The exception's name in Python, and the file or package that raised it. */
  readonly e?: readonly [string, string];
  readonly env?: Environment;
  readonly random?: boolean;
  readonly [field: string]: unknown;
}

/** The tag of a tagged value; null for plain JSON. */
export function tagOf(value: Encoded | undefined): string | null {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  const tag = (value as EncodedObject)["$"];
  return typeof tag === "string" ? tag : null;
}

export function isTensorTag(value: unknown): value is TensorTag {
  return tagOf(value as Encoded) === "t";
}

/** The items of a list or tuple, else null. */
export function itemsOf(value: Encoded | undefined): readonly Encoded[] | null {
  if (Array.isArray(value)) return value as readonly Encoded[];
  return tagOf(value) === "tuple" ? ((value as EncodedObject)["v"] as readonly Encoded[]) : null;
}

/** The name that a case's id starts with: its op or class, and its file. */
export function nameOf(id: string): string {
  return id.slice(0, id.indexOf("#"));
}
