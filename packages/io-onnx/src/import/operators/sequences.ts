import * as k from "@keras/ops";
import { type Call, type OperatorTable } from "../call.ts";
import { asValue, Value } from "../value.ts";

const list = (c: Call, i: number): readonly Value[] => {
  const item = c.inputs[i];
  if (!Array.isArray(item)) throw new k.UnsupportedError(`operand ${i} is no sequence`);
  return item as readonly Value[];
};
const place = (c: Call, i: number, length: number): number => {
  const at = c.fixed(i)![0]!;
  return at < 0 ? at + length : at;
};

function splitToSequence(c: Call): readonly (readonly Value[])[] {
  const x = c.tensor(0);
  const axis = c.axis("axis", 0, x.ndim);
  const size = x.shape[axis]!;
  const given = c.optional(1) ? c.fixed(1)! : null;
  const isScalar = c.optional(1)?.shape.length === 0;
  const step = isScalar ? given![0]! : 1;
  const sizes =
    given && !isScalar
      ? given
      : Array.from({ length: Math.ceil(size / step) }, (_, i) => Math.min(step, size - i * step));
  const keep = given !== null || c.int("keepdims", 1) === 1;
  let at = 0;
  return [
    sizes.map((n) => {
      const part = k.getItem(x, ...x.shape.map((_, i) => (i === axis ? { start: at, stop: at + n } : {})));
      at += n;
      return asValue(keep ? part : k.squeeze(part, { axis }));
    }),
  ];
}

export const sequences: OperatorTable = {
  SequenceEmpty: () => [[]],
  SequenceConstruct: (c) => [c.inputs as readonly Value[]],
  SequenceLength: (c) => Value.sizes([list(c, 0).length], []),
  SequenceAt: (c) => list(c, 0)[place(c, 1, list(c, 0).length)]!,
  SequenceInsert: (c) => [
    list(c, 0).toSpliced(c.inputs[2] ? place(c, 2, list(c, 0).length) : list(c, 0).length, 0, c.value(1)),
  ],
  SequenceErase: (c) => [list(c, 0).toSpliced(c.inputs[1] ? place(c, 1, list(c, 0).length) : -1, 1)],
  ConcatFromSequence: (c) => {
    const all = list(c, 0).map((v) => v.tensor);
    const axis = c.int("axis", 0);
    return c.int("new_axis", 0) === 1 ? k.stack(all, { axis }) : k.concatenate(all, { axis });
  },
  SplitToSequence: splitToSequence,
};
