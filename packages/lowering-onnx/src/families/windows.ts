import { dim, type Dim } from "@keras/ops";
import { binary, concat, literal, pad, reshape, slice } from "../emit/ops.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Fill, Val } from "../emit/value.ts";

/*
 * Windows along one axis, tap by tap. A pooling window is a product of intervals, so pooling works along one axis after the other,
 * channels stay last, and every step is a contiguous, elementwise operator: several times faster than ONNX's pooling with its
 * transposes, and differentiable by the same taps.
 */

/** Windows of `size`, `stride` apart, `count` of them, over an axis of `length` with `low` elements of padding before it. */
export interface Windows {
  readonly axis: number;
  readonly size: number;
  readonly stride: number;
  readonly low: Dim;
  readonly length: Dim;
  readonly count: Dim;
}

/** Places per residue of the stride that the windows touch, and how many there are of the padded axis. */
function periods({ size, stride, count }: Windows): Dim {
  return dim.add(count, Math.floor((size - 1) / stride));
}

/** One value per window for each of its `size` positions. `value` stands outside the axis. */
export function taps(e: Emitter, x: Val, w: Windows, value: Fill): Val[] {
  const { axis, size, stride } = w;
  const places = periods(w);
  const span = dim.mul(places, stride);
  const fitted = fit(e, x, axis, w.low, span, value);
  const phases = stride === 1 ? [fitted] : split(e, fitted, axis, places, stride);
  return Array.from({ length: size }, (_, tap) => {
    const from = Math.floor(tap / stride);
    return slice(e, phases[tap % stride]!, [axis], [from], [dim.add(w.count, from)]);
  });
}

/** Brings an axis to `low` elements of padding before it and `span` elements in all, by padding or cutting its end. */
function fit(e: Emitter, x: Val, axis: number, low: Dim, span: Dim, value: Fill): Val {
  const length = x.shape[axis]!;
  const rest = dim.sub(span, dim.add(length, low));
  const cut = dim.isStatic(rest) && rest < 0;
  const cutX = cut ? slice(e, x, [axis], [0], [dim.add(length, rest)]) : x;
  const at = (d: Dim): Dim[] => x.shape.map((_, i) => (i === axis ? d : 0));
  return pad(e, cutX, at(low), at(cut ? 0 : rest), e.scalar(value, x.dtype));
}

/** The elements of each residue of the stride. */
function split(e: Emitter, x: Val, axis: number, places: Dim, stride: number): readonly Val[] {
  const before = x.shape.slice(0, axis);
  const after = x.shape.slice(axis + 1);
  const folded = reshape(e, x, [...before, places, stride, ...after]);
  const part = { dtype: x.dtype, shape: [...before, places, 1, ...after] };
  const parts = e.ops(
    "Split",
    [folded],
    { axis: axis + 1, num_outputs: stride },
    Array.from({ length: stride }, () => part),
  );
  return parts.map((p) => reshape(e, p, [...before, places, ...after]));
}

/** The reverse of {@link taps}: adds one value per window and position to the element it came from. */
export function spread(e: Emitter, parts: readonly Val[], w: Windows): Val {
  const { axis, stride, count } = w;
  const places = periods(w);
  const phases = Array.from({ length: Math.min(stride, parts.length) }, (_, phase) => {
    let total: Val | null = null;
    for (let tap = phase; tap < parts.length; tap += stride) {
      const from = Math.floor(tap / stride);
      const at = (d: Dim): Dim[] => parts[tap]!.shape.map((_, i) => (i === axis ? d : 0));
      const placed = pad(e, parts[tap]!, at(from), at(dim.sub(places, dim.add(count, from))));
      total = total ? binary(e, "Add", total, placed) : placed;
    }
    return total!;
  });
  const joined = join(e, phases, axis, places, stride);
  // Cut the padding off; what no window reached gets nothing.
  const low = w.low;
  const end = dim.add(low, w.length);
  const span = dim.mul(places, stride);
  const missing = dim.sub(end, span);
  const short = !dim.isStatic(missing) || missing > 0;
  const at = (d: Dim): Dim[] => joined.shape.map((_, i) => (i === axis ? d : 0));
  const full = short && missing !== 0 ? pad(e, joined, at(0), at(missing)) : joined;
  return slice(e, full, [axis], [low], [end]);
}

/** Interleaves the elements of each residue; residues that no tap has are zero. */
function join(e: Emitter, phases: readonly Val[], axis: number, places: Dim, stride: number): Val {
  if (stride === 1) return phases[0]!;
  const { shape, dtype } = phases[0]!;
  const before = shape.slice(0, axis);
  const after = shape.slice(axis + 1);
  const columns = phases.map((p) => reshape(e, p, [...before, places, 1, ...after]));
  let joined = concat(e, columns, axis + 1);
  if (phases.length < stride) {
    const at = joined.shape.map((_, i) => (i === axis + 1 ? stride - phases.length : 0));
    joined = pad(
      e,
      joined,
      at.map(() => 0),
      at,
      literal(e, 0, { dtype } as Val),
    );
  }
  return reshape(e, joined, [...before, dim.mul(places, stride), ...after]);
}
