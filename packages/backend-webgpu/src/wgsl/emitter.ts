import { sizeOf, stridesOf, type DType } from "@keras/ops";
import { laneOf, type Lane } from "../lanes.ts";

/** A value while code is written for it: any object with a shape and a dtype that stays the same object. */
export interface ShaderValue {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** An element's place: by coordinates or by its number in row-major order; each is derived from the other when asked for. */
export interface Place {
  readonly shape: readonly number[];
  readonly coords: () => readonly string[];
  readonly linear: () => string;
  /** Equal for equal places. */
  readonly key: string;
}

/** Writes the code that computes an element of `value`, or null where the value lies in a buffer. */
export type Source = (emitter: Emitter, value: ShaderValue, place: Place) => string;

interface Frame {
  readonly lines: string[];
  readonly known: Map<string, string>;
}

/**
 * Writes the statements of a shader. Equal expressions become one variable, so that code which asks for the same element of the same
 * value twice computes it once; blocks of loops and branches see what was computed outside of them, but not the other way round.
 */
export class Emitter {
  private readonly frames: Frame[] = [{ lines: [], known: new Map() }];
  private readonly ids = new Map<ShaderValue, number>();
  private readonly source: Source;
  private names = 0;
  /** Values read from buffers, in the order in which they were asked for. */
  readonly leaves: ShaderValue[] = [];

  constructor(source: Source) {
    this.source = source;
  }

  private get frame(): Frame {
    return this.frames.at(-1)!;
  }

  private idOf(value: ShaderValue): number {
    let id = this.ids.get(value);
    if (id === undefined) this.ids.set(value, (id = this.ids.size));
    return id;
  }

  fresh(prefix = "v"): string {
    return `${prefix}${this.names++}`;
  }

  line(text: string): void {
    this.frame.lines.push(text);
  }

  private lookUp(key: string): string | undefined {
    for (let i = this.frames.length - 1; i >= 0; i--) {
      const name = this.frames[i]!.known.get(key);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  /** A variable that holds an expression without effects. Names and literals stay as they are. */
  let(expression: string): string {
    if (/^(\w+|-?\d[\w.+-]*)$/.test(expression)) return expression;
    const known = this.lookUp(expression);
    if (known !== undefined) return known;
    const name = this.fresh();
    this.line(`let ${name} = ${expression};`);
    this.frame.known.set(expression, name);
    return name;
  }

  /** A mutable variable. */
  var(type: Lane | "bool", initial: string): string {
    const name = this.fresh("m");
    this.line(`var ${name}: ${type} = ${initial};`);
    return name;
  }

  /** Statements in braces after `head`. */
  block(head: string, body: () => void): void {
    this.frames.push({ lines: [], known: new Map() });
    body();
    const { lines } = this.frames.pop()!;
    this.line(`${head} {\n${lines.join("\n")}\n}`);
  }

  /** A loop over 0, 1, …, count - 1. */
  loop(count: number, body: (index: string) => void): void {
    if (count === 0) return;
    if (count === 1) return body("0u");
    const index = this.fresh("k");
    this.block(`for (var ${index} = 0u; ${index} < ${count}u; ${index}++)`, () => body(index));
  }

  /** Binds an element that was computed elsewhere to a variable. */
  bind(value: ShaderValue, place: Place, name: string): void {
    this.frame.known.set(`${this.idOf(value)}@${place.key}`, name);
  }

  /** An element of a value. */
  read(value: ShaderValue, place: Place): string {
    const key = `${this.idOf(value)}@${place.key}`;
    const known = this.lookUp(key);
    if (known !== undefined) return known;
    const name = this.let(this.source(this, value, place));
    this.frame.known.set(key, name);
    return name;
  }

  /** An element that lies in a buffer. */
  load(value: ShaderValue, place: Place): string {
    return this.loadAt(value, place.linear());
  }

  /** As `load`, by number. */
  loadAt(value: ShaderValue, linear: string): string {
    let at = this.leaves.indexOf(value);
    if (at < 0) at = this.leaves.push(value) - 1;
    return `b${at}[${linear}]`;
  }

  /** The place of the element with this number. */
  at(shape: readonly number[], linear: string): Place {
    const strides = stridesOf(shape);
    return {
      shape,
      key: linear,
      linear: () => linear,
      coords: () =>
        shape.map((size, axis) => {
          if (size === 1) return "0u";
          // An array without elements has strides of 0, by which WGSL divides nothing.
          const stride = Math.max(1, strides[axis]!);
          const quotient = stride === 1 ? linear : this.let(`${linear} / ${stride}u`);
          // The first axis that counts needs no remainder: numbers stay below the size of the whole.
          return sizeOf(shape.slice(0, axis)) === 1 ? quotient : this.let(`${quotient} % ${Math.max(1, size)}u`);
        }),
    };
  }

  /** The place of the element with these coordinates. */
  place(shape: readonly number[], coords: readonly string[]): Place {
    const strides = stridesOf(shape);
    return {
      shape,
      key: `(${coords.join()})`,
      coords: () => coords,
      linear: () => {
        const terms = coords.flatMap((c, axis) =>
          c === "0u" || shape[axis] === 1 ? [] : [strides[axis] === 1 ? c : `${c} * ${strides[axis]}u`],
        );
        return terms.length === 0 ? "0u" : this.let(terms.join(" + "));
      },
    };
  }

  /** The place in an operand of an elementwise op, which broadcasts to `place`. */
  broadcast(shape: readonly number[], place: Place): Place {
    if (shape.length === place.shape.length && shape.every((n, i) => n === place.shape[i])) return place;
    if (sizeOf(shape) === 1) return this.at(shape, "0u");
    if (sizeOf(shape) === sizeOf(place.shape)) return this.at(shape, place.linear());
    const coords = place.coords().slice(place.shape.length - shape.length);
    return this.place(
      shape,
      coords.map((c, axis) => (shape[axis] === 1 ? "0u" : c)),
    );
  }

  /** Everything written so far. */
  text(): string {
    return this.frames[0]!.lines.join("\n");
  }
}

/** A number as a literal of a lane. */
export function literal(value: number | bigint, lane: Lane): string {
  const x = Number(value);
  if (lane === "u32") return `${x >>> 0}u`;
  if (lane === "i32") return x === -(2 ** 31) ? "bitcast<i32>(0x80000000u)" : `${x | 0}i`;
  const f = Math.fround(x);
  if (!Number.isFinite(f) || Object.is(f, -0) || (f !== 0 && Math.abs(f) < 2 ** -126)) {
    return `bits(0x${new Uint32Array(Float32Array.of(f).buffer)[0]!.toString(16)}u)`;
  }
  return `${f}f`;
}

export const laneOfValue = (value: ShaderValue): Lane => laneOf(value.dtype);
