import type { Tensor } from "../tensor.ts";

/** Tensors made since the innermost `freeing` began; null outside. */
let made: Tensor[] | null = null;

/** Called for every concrete tensor that is made. */
export function noteTemporary(x: Tensor): void {
  made?.push(x);
}

/**
 * Runs library code that makes intermediate tensors (a decomposition, a gradient rule) and frees all of them but those it returns.
 * Never wraps users' code, whose tensors may live on anywhere.
 */
export function freeing(fn: () => readonly Tensor[]): readonly Tensor[] {
  const outer = made;
  const own: Tensor[] = [];
  made = own;
  try {
    const kept = fn();
    const keep = new Set(kept);
    for (const x of own) if (!keep.has(x) && !x.pinned) x.dispose();
    // What it was given and hands back is not its own.
    if (outer) for (const x of own) if (keep.has(x)) outer.push(x);
    return kept;
  } catch (error) {
    for (const x of own) x.dispose();
    throw error;
  } finally {
    made = outer;
  }
}

/** Runs code whose tensors outlive the library code around it (first values of Variables). */
export function keeping<R>(fn: () => R): R {
  const outer = made;
  made = null;
  try {
    return fn();
  } finally {
    made = outer;
  }
}
