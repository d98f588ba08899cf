import { UnsupportedError, type DType, type Shape } from "@keras/ops";

/** A value of a graph that is being written: output `port` of a layer. */
export interface Val {
  readonly layer: number;
  readonly port: number;
  readonly dtype: DType;
  readonly shape: Shape;
  /** The numbers of a small constant. */
  readonly known?: readonly number[] | undefined;
}

/** What a layer gives. */
export interface Result {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Attributes of a layer, as text. */
export type Data = Readonly<Record<string, string | number | boolean>>;

const TYPES: Partial<Record<DType, readonly [element: string, precision: string]>> = {
  bool: ["boolean", "BOOL"],
  float16: ["f16", "FP16"],
  bfloat16: ["bf16", "BF16"],
  float32: ["f32", "FP32"],
  float64: ["f64", "FP64"],
  int8: ["i8", "I8"],
  int16: ["i16", "I16"],
  int32: ["i32", "I32"],
  int64: ["i64", "I64"],
  uint8: ["u8", "U8"],
  uint16: ["u16", "U16"],
  uint32: ["u32", "U32"],
  uint64: ["u64", "U64"],
};

/** Whether OpenVINO computes with a dtype. */
export const hasType = (dtype: DType): boolean => TYPES[dtype] !== undefined;

/** OpenVINO's name of an element type. @throws {UnsupportedError} where it has none. */
export function elementType(dtype: DType): string {
  const found = TYPES[dtype];
  if (!found) throw new UnsupportedError(`OpenVINO does not compute with ${dtype}`);
  return found[0];
}

const escape = (s: string): string =>
  s.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The bytes of all constants, behind one another. Equal small ones are stored once. */
export class Weights {
  readonly parts: Uint8Array[] = [];
  private readonly known = new Map<string, number>();
  size = 0;

  add(bytes: Uint8Array): number {
    const key = bytes.length <= 256 ? bytes.join() : null;
    const found = key === null ? undefined : this.known.get(key);
    if (found !== undefined) return found;
    const gap = (64 - (this.size % 64)) % 64;
    if (gap > 0) this.parts.push(new Uint8Array(gap));
    const offset = this.size + gap;
    this.parts.push(bytes);
    this.size = offset + bytes.length;
    if (key !== null) this.known.set(key, offset);
    return offset;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

/** Layers and edges of one graph in OpenVINO's Intermediate Representation, version 11. */
export class Ir {
  /** Each is text but for its outputs, which may be given names until the end. */
  private readonly layers: { readonly start: string; readonly outputs: readonly Val[] }[] = [];
  private readonly portNames = new Map<string, string[]>();
  private readonly edges: string[] = [];
  private readonly names = new Set<string>();
  /** How often each type of layer occurs. */
  readonly counts: Map<string, number>;

  constructor(counts: Map<string, number> = new Map()) {
    this.counts = counts;
  }

  /** Adds a layer. `inner` is what stands before its ports, such as a body. */
  add(
    type: string,
    version: string,
    data: Data,
    inputs: readonly Val[],
    results: readonly Result[],
    options: { readonly name?: string; readonly inner?: string; readonly names?: readonly string[] } = {},
  ): readonly Val[] {
    const id = this.layers.length;
    inputs.forEach((x, i) =>
      this.edges.push(`<edge from-layer="${x.layer}" from-port="${x.port}" to-layer="${id}" to-port="${i}"/>`),
    );
    const outputs = results.map((r, i): Val => ({
      layer: id,
      port: inputs.length + i,
      dtype: r.dtype,
      shape: r.shape,
    }));
    const attributes = Object.entries(data).map(([key, value]) => ` ${key}="${escape(String(value))}"`);
    const name = this.unique(options.name ?? `${type}_${id}`);
    const given = inputs.length > 0 ? `<input>${inputs.map((x, i) => port(i, x)).join("")}</input>` : "";
    const settings = attributes.length > 0 ? `<data${attributes.join("")}/>` : "";
    const start = `<layer id="${id}" name="${escape(name)}" type="${type}" version="${version}">${settings}${options.inner ?? ""}${given}`;
    this.layers.push({ start, outputs });
    options.names?.forEach((label, i) => this.label(outputs[i]!, label));
    if (type !== "Const" && type !== "Parameter" && type !== "Result")
      this.counts.set(type, (this.counts.get(type) ?? 0) + 1);
    return outputs;
  }

  /** Number of layers: the id of the next one. */
  get size(): number {
    return this.layers.length;
  }

  private unique(name: string): string {
    let free = name;
    for (let i = 1; this.names.has(free); i++) free = `${name}_${i}`;
    this.names.add(free);
    return free;
  }

  /** Gives a value one more name, by which users ask for it. */
  label(value: Val, name: string): void {
    const key = `${value.layer}:${value.port}`;
    this.portNames.set(key, [...(this.portNames.get(key) ?? []), name]);
  }

  /** The layers and edges, for a net or a body. */
  content(): string {
    const layers = this.layers.map(({ start, outputs }) => {
      const ports = outputs.map((y) => port(y.port, y, this.portNames.get(`${y.layer}:${y.port}`)));
      return `${start}${ports.length > 0 ? `<output>${ports.join("")}</output>` : ""}</layer>`;
    });
    return `<layers>\n${layers.join("\n")}\n</layers><edges>${this.edges.join("\n")}</edges>`;
  }
}

const port = (id: number, { dtype, shape }: Result, names: readonly string[] = []): string => {
  const dims = shape.map((d) => `<dim>${typeof d === "number" ? d : -1}</dim>`).join("");
  const label = names.length === 0 ? "" : ` names="${escape(names.map((n) => n.replaceAll(",", "\\,")).join(","))}"`;
  return `<port id="${id}" precision="${TYPES[dtype]?.[1] ?? "FP32"}"${label}>${dims}</port>`;
};

/** A shape as parameters and constants spell it. */
export const shapeText = (shape: Shape): string => shape.map((d) => (typeof d === "number" ? d : "?")).join(",");
