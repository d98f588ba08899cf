import type { DType, NDArray } from "@keras/ops";

/** The value of an attribute: text, a list of texts, or numbers. */
export type H5Attribute = string | readonly string[] | NDArray;

/** An array in a file. Its data are read when asked for. */
export interface H5Dataset {
  readonly kind: "dataset";
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly attrs: ReadonlyMap<string, H5Attribute>;
  /** The elements. A dataset of a file is read anew each time, and the caller owns the result. */
  read(): NDArray | Promise<NDArray>;
}

/** A folder of a file: datasets and further groups by name. */
export interface H5Group {
  readonly kind: "group";
  readonly attrs: ReadonlyMap<string, H5Attribute>;
  readonly children: ReadonlyMap<string, H5Group | H5Dataset>;
}

/** A node of a file. */
export type H5Node = H5Group | H5Dataset;

/**
 * A group to write.
 *
 * @param children By name; names hold no `/`.
 *
 * @example
 * ```ts
 * import { h5Dataset, h5Group } from "@keras/io-keras";
 * import { NDArray } from "keras";
 * const bias = h5Dataset(new NDArray(new Float32Array(3), [3], "float32"));
 * const layer = h5Group({ vars: h5Group({ 0: bias }, { name: "dense" }) });
 * console.log([...layer.children.keys()]); // ["vars"]
 * ```
 */
export function h5Group(
  children: Readonly<Record<string, H5Node>> | ReadonlyMap<string, H5Node> = {},
  attrs: Readonly<Record<string, H5Attribute>> = {},
): H5Group {
  return {
    kind: "group",
    children: children instanceof Map ? children : new Map(Object.entries(children)),
    attrs: new Map(Object.entries(attrs)),
  };
}

/** A dataset to write, from host data. */
export function h5Dataset(data: NDArray, attrs: Readonly<Record<string, H5Attribute>> = {}): H5Dataset {
  return {
    kind: "dataset",
    shape: data.shape,
    dtype: data.dtype,
    attrs: new Map(Object.entries(attrs)),
    read: () => data,
  };
}

/** The node at a path such as `layers/dense/vars/0`, or undefined. The empty path is the group itself. */
export function h5Find(group: H5Group, path: string): H5Node | undefined {
  let node: H5Node | undefined = group;
  for (const name of path.split("/").filter((part) => part !== "")) {
    if (node?.kind !== "group") return undefined;
    node = node.children.get(name);
  }
  return node;
}
