import { sizeOf, type GraphNode, type NDArray } from "@keras/ops";
import { laneOf, onDevice } from "../lanes.ts";
import { literal, type Emitter, type Place } from "../wgsl/emitter.ts";
import { operand, result, type EmitRule, type EmitTable } from "./emit.ts";

/** An op that only says where in its operand an element lies. */
const view = (where: (e: Emitter, node: GraphNode, place: Place) => Place): EmitRule => ({
  cost: "view",
  emit: (e, node, place) => e.read(operand(node, 0), where(e, node, place)),
});

const list = (node: GraphNode, name: string): readonly number[] => node.attrs[name] as readonly number[];

const reshape = view((e, node, place) => e.at(operand(node, 0).shape, place.linear()));

const transpose = view((e, node, place) => {
  const perm = list(node, "perm");
  const coords = place.coords();
  return e.place(
    operand(node, 0).shape,
    perm.map((_, axis) => coords[perm.indexOf(axis)]!),
  );
});

const broadcastTo = view((e, node, place) => e.broadcast(operand(node, 0).shape, place));

const slice = view((e, node, place) => {
  const [start, strides] = [list(node, "start"), list(node, "strides")];
  const coords = place.coords().map((c, axis) => {
    const scaled = strides[axis] === 1 || c === "0u" ? c : `${c} * ${strides[axis]}u`;
    return start[axis] === 0 ? scaled : c === "0u" ? `${start[axis]}u` : `${scaled} + ${start[axis]}u`;
  });
  return e.place(
    operand(node, 0).shape,
    coords.map((c) => e.let(c)),
  );
});

const reverse = view((e, node, place) => {
  const axes = list(node, "axis");
  const { shape } = operand(node, 0);
  return e.place(
    shape,
    place
      .coords()
      .map((c, axis) => (axes.includes(axis) && shape[axis]! > 1 ? e.let(`${shape[axis]! - 1}u - ${c}`) : c)),
  );
});

const concatenate: EmitRule = {
  cost: "view",
  emit: (e, node, place) => {
    const axis = node.attrs["axis"] as number;
    const coords = place.coords();
    const at = coords[axis]!;
    const { dtype } = result(node);
    const out = e.var(laneOf(dtype), literal(0, laneOf(dtype)));
    let start = 0;
    node.inputs.forEach((_, i) => {
      const x = operand(node, i);
      const end = start + x.shape[axis]!;
      const from = start;
      if (end > from) {
        e.block(`if (${at} >= ${from}u && ${at} < ${end}u)`, () => {
          const inside = coords.map((c, k) => (k === axis ? e.let(`${at} - ${from}u`) : c));
          e.line(`${out} = ${e.read(x, e.place(x.shape, inside))};`);
        });
      }
      start = end;
    });
    return out;
  },
};

const pad: EmitRule = {
  cost: "view",
  emit: (e, node, place) => {
    const [low, interior] = [list(node, "low"), list(node, "interior")];
    const x = operand(node, 0);
    const out = e.var(laneOf(x.dtype), e.read(operand(node, 1), e.at([], "0u")));
    if (sizeOf(x.shape) === 0) return out;
    const tests: string[] = [];
    const coords = place.coords().map((c, axis) => {
      const at = low[axis] === 0 ? `i32(${c})` : e.let(`i32(${c}) - ${literal(low[axis]!, "i32")}`);
      const step = interior[axis]! + 1;
      tests.push(`${at} >= 0`, `${at} < ${(x.shape[axis]! - 1) * step + 1}`);
      if (step > 1) tests.push(`${at} % ${step} == 0`);
      return step > 1 ? `u32(${at} / ${step})` : `u32(${at})`;
    });
    const read = (): void =>
      e.line(
        `${out} = ${e.read(
          x,
          e.place(
            x.shape,
            coords.map((c) => e.let(c)),
          ),
        )};`,
      );
    if (tests.length === 0) read();
    else e.block(`if (${tests.join(" && ")})`, read);
    return out;
  },
};

const iota: EmitRule = {
  cost: "view",
  supports: (_, attrs) => onDevice(attrs["dtype"] as "int32"),
  emit: (_, node, place) => {
    const lane = laneOf(result(node).dtype);
    const c = place.coords()[node.attrs["axis"] as number]!;
    return lane === "u32" ? c : `${lane}(${c})`;
  },
};

const full: EmitRule = {
  cost: "view",
  supports: (_, attrs) => onDevice(attrs["dtype"] as "int32"),
  emit: (_, node) => literal(Number(node.attrs["value"]), laneOf(result(node).dtype)),
};

/** A start of a block that is known at run time, clamped so that the block fits. */
function clampedStart(e: Emitter, node: GraphNode, input: number, axis: number, room: number): string {
  const start = operand(node, input);
  const given = e.read(start, e.at(start.shape, `${axis}u`));
  return laneOf(start.dtype) === "u32" ? e.let(`min(${given}, ${room}u)`) : e.let(`u32(clamp(${given}, 0i, ${room}i))`);
}

const dynamicSlice: EmitRule = {
  cost: "view",
  emit: (e, node, place) => {
    const x = operand(node, 0);
    const coords = place
      .coords()
      .map((c, axis) => e.let(`${c} + ${clampedStart(e, node, 1, axis, x.shape[axis]! - place.shape[axis]!)}`));
    return e.read(x, e.place(x.shape, coords));
  },
};

const dynamicUpdateSlice: EmitRule = {
  cost: "view",
  emit: (e, node, place) => {
    const [x, update] = [operand(node, 0), operand(node, 1)];
    const out = e.var(laneOf(x.dtype), e.read(x, place));
    const coords = place.coords();
    const starts = coords.map((_, axis) => clampedStart(e, node, 2, axis, x.shape[axis]! - update.shape[axis]!));
    const tests = coords.flatMap((c, axis) => [
      `${c} >= ${starts[axis]!}`,
      `${c} < ${starts[axis]!} + ${update.shape[axis]!}u`,
    ]);
    const read = (): void => {
      const inside = coords.map((c, axis) => e.let(`${c} - ${starts[axis]!}`));
      e.line(`${out} = ${e.read(update, e.place(update.shape, inside))};`);
    };
    if (tests.length === 0) read();
    else e.block(`if (${tests.join(" && ")})`, read);
    return out;
  },
};

/** Ops that move elements, and constants. */
export const movementRules: EmitTable = /* @__PURE__ */ (() => ({
  reshape,
  transpose,
  broadcast_to: broadcastTo,
  slice,
  reverse,
  concatenate,
  pad,
  iota,
  full,
  dynamic_slice: dynamicSlice,
  dynamic_update_slice: dynamicUpdateSlice,
}))();

/** Whether a `constant` can be uploaded. */
export const isDeviceConstant = (attrs: Readonly<Record<string, unknown>>): boolean =>
  onDevice((attrs["value"] as NDArray).dtype);
