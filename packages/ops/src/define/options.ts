/**
 * Reads the options of a public op: a bare number or array in their place is `axis`, a bare string is `dtype`.
 *
 * @internal
 */
export function resolveOptions<O extends object>(given: O | number | string | readonly number[] | null | undefined): O {
  if (given === undefined || given === null) return {} as O;
  if (typeof given === "number" || Array.isArray(given)) return { axis: given } as O;
  if (typeof given === "string") return { dtype: given } as O;
  return given as O;
}
