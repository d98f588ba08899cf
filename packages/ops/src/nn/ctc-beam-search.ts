import { asDType } from "../define/as-dtype.ts";
import { scan } from "../core/scan.ts";
import { cast } from "../core/cast.ts";
import { type Dim, type Shape } from "../dim.ts";
import { topK } from "../math/top-k.ts";
import { add } from "../numpy/add.ts";
import { all } from "../numpy/all.ts";
import { any } from "../numpy/any.ts";
import { broadcastTo } from "../numpy/broadcast-to.ts";
import { equal, greater, greaterEqual, less } from "../numpy/compare.ts";
import { concatenate } from "../numpy/concatenate.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { floorDivide } from "../numpy/floor-divide.ts";
import { full } from "../numpy/full.ts";
import { iotaTensor } from "../numpy/iota.ts";
import { logaddexp } from "../numpy/logaddexp.ts";
import { logicalAnd, logicalNot, logicalOr } from "../numpy/logical.ts";
import { max } from "../numpy/max.ts";
import { maximum } from "../numpy/maximum.ts";
import { mod } from "../numpy/mod.ts";
import { reshape } from "../numpy/reshape.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { subtract } from "../numpy/subtract.ts";
import { takeAlongAxis } from "../numpy/take-along-axis.ts";
import { transpose } from "../numpy/transpose.ts";
import { where } from "../numpy/where.ts";
import type { Tensor } from "../tensor.ts";
import { logSoftmax } from "./log-softmax.ts";
import { oneHot } from "./one-hot.ts";

/** Stands for the logarithm of 0, and keeps sums finite. */
const LOG_ZERO = -1e30;

/** The candidates: label sequences with their lengths, and log-probabilities of all alignments that end in a blank, or in the last label. */
type Beams = readonly [labels: Tensor, lengths: Tensor, blank: Tensor, label: Tensor];

/**
 * Prefix beam search: x [batch, steps, classes], lengths [batch] → (labels [paths, batch, steps], log-probabilities [batch, paths]).
 *
 * @internal
 */
export function beamSearch(
  x: Tensor,
  lengths: Tensor,
  width: number,
  paths: number,
  maskIndex: number | null,
): readonly [Tensor, Tensor] {
  const [batch, steps, classes] = x.shape as unknown as readonly [Dim, Dim, number];
  const blank = maskIndex ?? classes - 1;
  const { dtype } = x;
  const first = equal(iotaTensor([batch, width], 1, "int32"), 0);
  const start: Beams = [
    full([batch, width, steps], -1, { dtype: "int32" }),
    full([batch, width], 0, { dtype: "int32" }),
    asDType(where(first, 0, full([], LOG_ZERO, { dtype })), dtype),
    full([batch, width], LOG_ZERO, { dtype }),
  ];
  // The first step counts even in an empty sequence.
  const running = less(iotaTensor([steps, 1], 0, "int32"), expandDims(maximum(lengths, 1), 0));
  const [end] = scan(
    (beams: Beams, [logits, go]: readonly [Tensor, Tensor]) => {
      const next = step(beams, logits, blank, width, classes);
      const kept = beams.map((old, i) => {
        const here = reshape(go, [batch, ...Array.from({ length: old.ndim - 1 }, () => 1)]);
        return where(here, next[i]!, old);
      });
      return [kept as unknown as Beams, null] as const;
    },
    start,
    [transpose(logSoftmax(x), [1, 0, 2]), running] as const,
  );
  const [labels, , pb, pl] = end;
  const [scores, order] = topK(logaddexp(pb, pl), paths);
  const best = alongBeams(labels, order);
  return [transpose(best, [1, 0, 2]), where(less(scores, LOG_ZERO / 2), Number.NEGATIVE_INFINITY, scores)];
}

/** Entries of [batch, beams, ...] at [batch, chosen]. */
function alongBeams(x: Tensor, order: Tensor): Tensor {
  const shape: Shape = x.shape;
  if (shape.length === 2) return takeAlongAxis(x, order, { axis: 1 });
  const chosen: Shape = order.shape;
  return takeAlongAxis(x, broadcastTo(expandDims(order, -1), [...chosen, shape[2]!]), { axis: 1 });
}

function step([labels, lengths, pb, pl]: Beams, logits: Tensor, blank: number, width: number, classes: number): Beams {
  const [batch, , steps] = labels.shape as unknown as readonly [Dim, Dim, Dim];
  const total = logaddexp(pb, pl);
  const atEnd = takeAlongAxis(labels, expandDims(maximum(subtract(lengths, 1), 0), -1), { axis: 2 });
  const last = reshape(atEnd, [batch, width]); // -1 for the empty sequence
  const none = less(last, 0);
  const ofLast = takeAlongAxis(logits, maximum(last, 0), { axis: 1 });
  const ofBlank = sliceAxis(logits, 1, blank, blank + 1);
  const stayBlank = add(total, ofBlank);
  const stayLabel = where(none, LOG_ZERO, add(pl, ofLast));
  // Longer by class c: a class that repeats the last label needs a blank between.
  const vectors = oneHot(last, classes, { dtype: "bool" });
  const longer = add(where(vectors, expandDims(pb, -1), expandDims(total, -1)), expandDims(logits, 1));
  const isBlank = equal(iotaTensor([1, 1, classes], 2, "int32"), blank);

  // Beam v is beam w with its own last label added: then both ways to it count together.
  const alive = greater(total, LOG_ZERO / 2);
  const beyond = greaterEqual(iotaTensor([1, 1, 1, steps], 3, "int32"), expandDims(expandDims(lengths, 1), -1));
  const samePrefix = all(logicalOr(equal(expandDims(labels, 2), expandDims(labels, 1)), beyond), { axis: 3 });
  const oneMore = equal(expandDims(lengths, 2), add(expandDims(lengths, 1), 1));
  const extendsTo = logicalAnd(logicalAnd(samePrefix, oneMore), expandDims(alive, 2)); // [batch, v, w]
  const byLast = takeAlongAxis(longer, broadcastTo(expandDims(maximum(last, 0), 1), [batch, width, width]), {
    axis: 2,
  }); // [batch, w, v]
  const joining = max(where(extendsTo, transpose(byLast, [0, 2, 1]), LOG_ZERO), { axis: 2 });
  const joined = logaddexp(stayLabel, joining);
  const taken = any(logicalAnd(expandDims(extendsTo, -1), expandDims(vectors, 2)), { axis: 1 }); // [batch, w, class]
  const free = where(logicalOr(taken, isBlank), LOG_ZERO, longer);

  // The best of those that stay and those that grow.
  const grown = reshape(free, [batch, width * classes]);
  const scores = concatenate([logaddexp(stayBlank, joined), grown], { axis: 1 });
  const [, order] = topK(scores, width);
  const grows = greaterEqual(order, width);
  const at = maximum(subtract(order, width), 0);
  const from = where(grows, floorDivide(at, classes), order);
  const added = mod(at, classes);
  const oldLabels = alongBeams(labels, from);
  const oldLengths = alongBeams(lengths, from);
  const here = logicalAnd(
    equal(iotaTensor([1, 1, steps], 2, "int32"), expandDims(oldLengths, -1)),
    expandDims(grows, -1),
  );
  const stays = logicalNot(grows);
  return [
    where(here, expandDims(added, -1), oldLabels),
    add(oldLengths, cast(grows, "int32")),
    where(stays, alongBeams(stayBlank, from), LOG_ZERO),
    where(stays, alongBeams(joined, from), takeAlongAxis(grown, at, { axis: 1 })),
  ];
}
