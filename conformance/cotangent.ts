/** The fixed cotangent that gradients were recorded with: c(i) = (((i·37) mod 11) − 5) / 4 over an output's row-major elements. */
export function cotangent(size: number): number[] {
  return Array.from({ length: size }, (_, i) => (((i * 37) % 11) - 5) / 4);
}
