import { sizeOf, type DType, type Kernel } from "@keras/ops";
import { complexReduce, complexUnary } from "./complex.ts";
import { erf, erfinv } from "./special.ts";
import { allocate, familyOf, settle, unsupported, type Numbers, type Storage } from "./storage.ts";
import { broadcastStrides, walk } from "./strided.ts";
import { wideUnary } from "./wide.ts";

/** out[i] = f(x[i]). Ops that are cheap or common have a loop of their own, which is several times faster than one over a function. */
type UnaryLoop = (x: Numbers, out: Numbers) => void;

function loopOf(f: (x: number) => number): UnaryLoop {
  return (x, out) => {
    for (let i = 0; i < out.length; i++) out[i] = f(x[i]);
  };
}

const negative: UnaryLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = -x[i];
};
const absolute: UnaryLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = Math.abs(x[i]);
};
const sign: UnaryLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = Math.sign(x[i]);
};
const floor: UnaryLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = Math.floor(x[i]);
};
const exp: UnaryLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = Math.exp(x[i]);
};
const log: UnaryLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = Math.log(x[i]);
};
const sqrt: UnaryLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(x[i]);
};
const rsqrt: UnaryLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = 1 / Math.sqrt(x[i]);
};
const tanh: UnaryLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = Math.tanh(x[i]);
};
const sigmoid: UnaryLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) {
    // The exponent is never positive, so nothing overflows.
    const e = Math.exp(-Math.abs(x[i]));
    out[i] = (x[i] < 0 ? e : 1) / (1 + e);
  }
};
const not: UnaryLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = x[i] === 0 ? 1 : 0;
};
const bitwiseNot: UnaryLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = ~x[i];
};
const isnan: UnaryLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = Number.isNaN(x[i]) ? 1 : 0;
};
const isfinite: UnaryLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = Number.isFinite(x[i]) ? 1 : 0;
};

/** `Math.round` takes ties upward; even neighbours have them here. */
function roundEven(x: number): number {
  const up = Math.round(x);
  return up - x === 0.5 && up % 2 !== 0 ? up - 1 : up;
}

type NumberFamily = "float" | "int" | "bool";

function floats(loop: UnaryLoop): Partial<Record<NumberFamily, UnaryLoop>> {
  return { float: loop };
}

const LOOPS: Readonly<Record<string, Partial<Record<NumberFamily, UnaryLoop>>>> = {
  negative: { float: negative, int: negative },
  absolute: { float: absolute, int: absolute },
  sign: { float: sign, int: sign },
  floor: floats(floor),
  ceil: floats(loopOf(Math.ceil)),
  round: floats(loopOf(roundEven)),
  trunc: floats(loopOf(Math.trunc)),
  exp: floats(exp),
  expm1: floats(loopOf(Math.expm1)),
  log: floats(log),
  log1p: floats(loopOf(Math.log1p)),
  sqrt: floats(sqrt),
  rsqrt: floats(rsqrt),
  sin: floats(loopOf(Math.sin)),
  cos: floats(loopOf(Math.cos)),
  tan: floats(loopOf(Math.tan)),
  arcsin: floats(loopOf(Math.asin)),
  arccos: floats(loopOf(Math.acos)),
  arctan: floats(loopOf(Math.atan)),
  sinh: floats(loopOf(Math.sinh)),
  cosh: floats(loopOf(Math.cosh)),
  tanh: floats(tanh),
  arcsinh: floats(loopOf(Math.asinh)),
  arccosh: floats(loopOf(Math.acosh)),
  arctanh: floats(loopOf(Math.atanh)),
  sigmoid: floats(sigmoid),
  erf: floats(loopOf(erf)),
  erfinv: floats(loopOf(erfinv)),
  isfinite: { float: isfinite, int: isfinite, bool: isfinite },
  isnan: { float: isnan, int: isnan, bool: isnan },
  logical_not: { bool: not },
  bitwise_not: { int: bitwiseNot, bool: not },
  real: {},
  imag: {},
  conj: {},
};

function complexLoop(op: string): UnaryLoop | undefined {
  const reduce = complexReduce[op];
  if (reduce) {
    return (x, out) => {
      for (let i = 0; i < out.length; i++) out[i] = reduce(x[2 * i], x[2 * i + 1]);
    };
  }
  const f = complexUnary[op];
  const pair = new Float64Array(2);
  return (
    f &&
    ((x, out) => {
      for (let i = 0; i < out.length; i += 2) {
        f(x[i], x[i + 1], pair);
        out[i] = pair[0];
        out[i + 1] = pair[1];
      }
    })
  );
}

function wideLoop(op: string): UnaryLoop | undefined {
  if (op === "isfinite") return (_, out) => void out.fill(1);
  if (op === "isnan") return () => undefined;
  const f = wideUnary[op];
  return (
    f &&
    ((x, out) => {
      for (let i = 0; i < out.length; i++) out[i] = f(x[i] as never) as never;
    })
  );
}

function unaryLoop(op: string, dtype: DType): UnaryLoop | undefined {
  const family = familyOf(dtype);
  if (family === "complex") return complexLoop(op);
  if (family === "wide") return wideLoop(op);
  return family === "string" ? undefined : LOOPS[op][family];
}

function unary(op: string): Kernel {
  return ({ inputs: [x], inputSpecs: [{ dtype, shape }], outputSpecs: [spec] }) => {
    // Real numbers are their own real part and conjugate.
    if ((op === "real" || op === "conj") && familyOf(dtype) !== "complex") return [x];
    const out = allocate(spec.dtype, sizeOf(shape));
    if (op === "imag" && familyOf(dtype) !== "complex") return [out];
    const loop = unaryLoop(op, dtype);
    if (!loop) throw unsupported(dtype, op);
    loop(x as Numbers, out as Numbers);
    return [settle(out, spec.dtype)];
  };
}

/** (re, im) → interleaved pairs. The operands broadcast. */
const complex: Kernel = ({ inputs, inputSpecs, outputSpecs: [{ shape, dtype }] }) => {
  const out = allocate(dtype, sizeOf(shape)) as Numbers;
  inputs.forEach((input, part) => {
    const x = input as Numbers;
    const block = walk(shape, [broadcastStrides(inputSpecs[part].shape, shape.length)]);
    let o = part;
    block.each((n, [i]) => {
      for (let k = 0; k < n; k++, o += 2) out[o] = x[i + k * block.steps[0]];
    });
  });
  return [out as Storage];
};

export const unaryKernels: Readonly<Record<string, Kernel>> = {
  ...Object.fromEntries(Object.keys(LOOPS).map((op) => [op, unary(op)])),
  complex,
  identity: ({ inputs }) => inputs,
};
