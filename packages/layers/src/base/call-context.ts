import type { Tensor } from "@keras/ops";
import type { Layer } from "./layer.ts";

/** What calls of nested layers share: one per outermost call. */
export interface CallContext {
  /** The layers that are being called, outermost first. */
  readonly stack: Layer[];
  /** Arguments that inner layers inherit: `training`, and custom ones, by name. One frame per layer on the stack. */
  readonly inherited: Readonly<Record<string, unknown>>[];
  /** Losses that layers added, by layer. */
  readonly losses: Map<Layer, Tensor[]>;
}

const holder: { current: CallContext | null } = { current: null };

/** The running call; null outside of layers. */
export function currentCall(): CallContext | null {
  return holder.current;
}

/** Runs a layer's call inside the running one, or as the outermost. */
export function enterCall<R>(
  layer: Layer,
  inherited: Readonly<Record<string, unknown>>,
  fn: (context: CallContext) => R,
): R {
  const outer = holder.current;
  const context: CallContext = outer ?? { stack: [], inherited: [], losses: new Map() };
  holder.current = context;
  context.stack.push(layer);
  context.inherited.push(inherited);
  try {
    return fn(context);
  } finally {
    context.stack.pop();
    context.inherited.pop();
    holder.current = outer;
  }
}

/** Runs `fn` as if no layer were being called: symbolic calls leave no losses behind. */
export function outsideCalls<R>(fn: () => R): R {
  const outer = holder.current;
  holder.current = null;
  try {
    return fn();
  } finally {
    holder.current = outer;
  }
}

/** The value of an argument that an enclosing call was given; undefined when none was. */
export function inheritedArgument(name: string): unknown {
  const frames = holder.current?.inherited ?? [];
  for (let i = frames.length - 1; i >= 0; i--) {
    const value = frames[i]![name];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}
