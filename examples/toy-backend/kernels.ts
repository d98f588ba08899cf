// The kernels of a small backend: plain typed arrays, about fifty primitives. docs/write-a-backend.md leads through them.
import { sizeOf, type DType, type Kernel, type KernelCall, type NDArray } from "@keras/ops";

/** A buffer is what a backend wants it to be: here an array of the dtype's numbers. */
export type Buffer = Float32Array | Int32Array | Uint32Array | Uint8Array;

const ARRAYS = { float32: Float32Array, int32: Int32Array, uint32: Uint32Array, bool: Uint8Array } as const;
export type ToyDType = keyof typeof ARRAYS;
export const DTYPES: readonly ToyDType[] = ["float32", "int32", "uint32", "bool"];

const allocate = (dtype: DType, count: number): Buffer => new ARRAYS[dtype as ToyDType](count);

/** The first operand, and the spec of the first result. */
const first = ({ inputs, inputSpecs, outputSpecs }: KernelCall) => ({
  x: inputs[0] as Buffer,
  from: inputSpecs[0]!,
  to: outputSpecs[0]!,
});

/** Row-major strides; an axis of size 1 that is stretched does not move. */
function stridesOf(shape: readonly number[], stretchedTo: readonly number[] = shape): number[] {
  const strides = Array.from(stretchedTo, () => 0);
  const offset = stretchedTo.length - shape.length;
  for (let axis = shape.length - 1, step = 1; axis >= 0; step *= shape[axis]!, axis--)
    strides[axis + offset] = shape[axis] === 1 && stretchedTo[axis + offset] !== 1 ? 0 : step;
  return strides;
}

/** Calls `visit` with the place of every element of `shape` in row-major order, given the strides with which memory is walked. */
function walk(shape: readonly number[], strides: readonly number[], visit: (at: number, place: number) => void): void {
  const count = sizeOf(shape);
  const index = shape.map(() => 0);
  for (let at = 0, place = 0; at < count; at++) {
    visit(at, place);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      place += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      place -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}

/** One number in, one number out. Typed arrays round and wrap by themselves. */
const unary =
  (f: (x: number) => number): Kernel =>
  (call) => {
    const { x, to } = first(call);
    const y = allocate(to.dtype, x.length);
    for (let i = 0; i < y.length; i++) y[i] = f(x[i]!);
    return [y];
  };

/** Numbers of any count of operands, stretched to one shape as NumPy does. */
const elementwise =
  (f: (...xs: number[]) => number): Kernel =>
  ({ inputs, inputSpecs, outputSpecs: [to] }) => {
    const y = allocate(to!.dtype, sizeOf(to!.shape));
    const columns = inputs.map((buffer, k) => {
      const column = new Float64Array(y.length);
      const strides = stridesOf(inputSpecs[k]!.shape, to!.shape);
      walk(to!.shape, strides, (at, place) => (column[at] = (buffer as Buffer)[place]!));
      return column;
    });
    for (let i = 0; i < y.length; i++) y[i] = f(...columns.map((column) => column[i]!));
    return [y];
  };

/** Folds some axes away. `start` depends on the dtype: the largest of nothing is the least number there is. */
const reduction =
  (start: (dtype: DType) => number, fold: (total: number, x: number) => number): Kernel =>
  (call) => {
    const { x, from, to } = first(call);
    const axes = call.attrs["axis"] as readonly number[];
    const kept = from.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const totals = new Float64Array(sizeOf(to.shape)).fill(start(from.dtype));
    walk(from.shape, stridesOf(kept, from.shape), (at, place) => (totals[place] = fold(totals[place]!, x[at]!)));
    const y = allocate(to.dtype, totals.length);
    y.set(totals);
    return [y];
  };

const most = (x: number, y: number): number => (Number.isNaN(x) || Number.isNaN(y) ? Number.NaN : Math.max(x, y));
const least = (x: number, y: number): number => -most(-x, -y);
const LOWEST: Readonly<Record<string, number>> = { float32: -Infinity, int32: -(2 ** 31), uint32: 0, bool: 0 };
const HIGHEST: Readonly<Record<string, number>> = {
  float32: Infinity,
  int32: 2 ** 31 - 1,
  uint32: 2 ** 32 - 1,
  bool: 1,
};

/** The memory as it is: only the shape changes. A backend without `free` may return an operand. */
const same: Kernel = ({ inputs }) => [inputs[0]];

/** Reads memory along other strides. */
function gather(x: Buffer, strides: readonly number[], dtype: DType, shape: readonly number[]): Buffer {
  const y = allocate(dtype, sizeOf(shape));
  walk(shape, strides, (at, place) => (y[at] = x[place]!));
  return y;
}

const transpose: Kernel = (call) => {
  const { x, from, to } = first(call);
  const strides = stridesOf(from.shape);
  const perm = call.attrs["perm"] as readonly number[];
  return [
    gather(
      x,
      perm.map((axis) => strides[axis]!),
      to.dtype,
      to.shape,
    ),
  ];
};

const broadcast: Kernel = (call) => {
  const { x, from, to } = first(call);
  return [gather(x, stridesOf(from.shape, to.shape), to.dtype, to.shape)];
};

/** Sums of products: the axes that are summed over are folded into one, the others into one on each side. */
const dotGeneral: Kernel = ({ inputs, inputSpecs, attrs, outputSpecs: [to] }) => {
  const contract = attrs["contract"] as readonly (readonly number[])[];
  const batch = attrs["batch"] as readonly (readonly number[])[];
  const [a, b] = inputs.map((buffer, side) => {
    const { shape, dtype } = inputSpecs[side]!;
    const bound = new Set([...batch[side]!, ...contract[side]!]);
    const free = shape.map((_, axis) => axis).filter((axis) => !bound.has(axis));
    const order = [...batch[side]!, ...free, ...contract[side]!];
    const [strides, sizes] = [stridesOf(shape), (axes: readonly number[]) => sizeOf(axes.map((axis) => shape[axis]!))];
    const ordered = gather(
      buffer as Buffer,
      order.map((axis) => strides[axis]!),
      dtype,
      order.map((axis) => shape[axis]!),
    );
    return { ordered, batch: sizes(batch[side]!), rows: sizes(free), depth: sizes(contract[side]!) };
  });
  const { batch: batches, rows, depth } = a!;
  const y = allocate(to!.dtype, sizeOf(to!.shape));
  for (let n = 0; n < batches; n++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < b!.rows; j++) {
        const [left, right] = [(n * rows + i) * depth, (n * b!.rows + j) * depth];
        let total = 0;
        for (let k = 0; k < depth; k++) total += a!.ordered[left + k]! * b!.ordered[right + k]!;
        y[(n * rows + i) * b!.rows + j] = total;
      }
  return [y];
};

const fill: Kernel = ({ attrs, outputSpecs: [to] }) => [
  allocate(to!.dtype, sizeOf(to!.shape)).fill(Number(attrs["value"])),
];

const iota: Kernel = ({ attrs, outputSpecs: [to] }) => {
  const strides = to!.shape.map((_, axis) => (axis === attrs["axis"] ? 1 : 0));
  const y = allocate(to!.dtype, sizeOf(to!.shape));
  walk(to!.shape, strides, (at, place) => (y[at] = place));
  return [y];
};

const constant: Kernel = ({ attrs }) => [(attrs["value"] as NDArray).values.slice()];

/** To bool: whether it is 0. From float to integer: cut off, kept in range, NaN becomes 0. Typed arrays do the rest. */
const cast: Kernel = (call) => {
  const { x, from, to } = first(call);
  const y = allocate(to.dtype, x.length);
  const [low, high] = [LOWEST[to.dtype]!, HIGHEST[to.dtype]!];
  const cut = from.dtype === "float32" && to.dtype !== "float32";
  for (let i = 0; i < y.length; i++) {
    const v = x[i]!;
    y[i] = to.dtype === "bool" ? Number(v !== 0) : cut ? Math.min(high, Math.max(low, Math.trunc(v) || 0)) : v;
  }
  return [y];
};

const test = (f: (x: number, y: number) => boolean): Kernel => elementwise((x, y) => Number(f(x!, y!)));

/** Names are those of PRIMITIVES in @keras/ops. */
export const kernels: Readonly<Record<string, Kernel>> = {
  negative: unary((x) => -x),
  absolute: unary(Math.abs),
  sign: unary(Math.sign),
  floor: unary(Math.floor),
  ceil: unary(Math.ceil),
  exp: unary(Math.exp),
  expm1: unary(Math.expm1),
  log: unary(Math.log),
  log1p: unary(Math.log1p),
  sqrt: unary(Math.sqrt),
  rsqrt: unary((x) => 1 / Math.sqrt(x)),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tanh: unary(Math.tanh),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  isnan: unary((x) => Number(Number.isNaN(x))),
  isfinite: unary((x) => Number(Number.isFinite(x))),
  logical_not: unary((x) => Number(x === 0)),
  identity: same,
  cast,
  add: elementwise((x, y) => x! + y!),
  subtract: elementwise((x, y) => x! - y!),
  multiply: elementwise((x, y) => x! * y!),
  divide: elementwise((x, y) => x! / y!),
  maximum: elementwise(most),
  minimum: elementwise(least),
  equal: test((x, y) => x === y),
  not_equal: test((x, y) => x !== y),
  less: test((x, y) => x < y),
  less_equal: test((x, y) => x <= y),
  greater: test((x, y) => x > y),
  greater_equal: test((x, y) => x >= y),
  logical_and: test((x, y) => x !== 0 && y !== 0),
  logical_or: test((x, y) => x !== 0 || y !== 0),
  where: elementwise((c, x, y) => (c !== 0 ? x! : y!)),
  sum: reduction(
    () => 0,
    (total, x) => total + x,
  ),
  max: reduction((dtype) => LOWEST[dtype]!, most),
  min: reduction((dtype) => HIGHEST[dtype]!, least),
  any: reduction(
    () => 0,
    (total, x) => Number(total !== 0 || x !== 0),
  ),
  all: reduction(
    () => 1,
    (total, x) => Number(total !== 0 && x !== 0),
  ),
  reshape: same,
  transpose,
  broadcast_to: broadcast,
  dot_general: dotGeneral,
  full: fill,
  iota,
  constant,
};
