/** Windows by their name, each as coefficients of a sum of cosines. */
const COSINES: Readonly<Record<WindowName, readonly number[]>> = {
  hann: [0.5, 0.5],
  hamming: [0.54, 0.46],
  blackman: [0.42, 0.5, 0.08],
  nuttall: [0.3635819, 0.4891775, 0.1365995, 0.0106411],
  boxcar: [1],
};

export type WindowName = "hann" | "hamming" | "blackman" | "nuttall" | "boxcar";

export function isWindowName(name: string): name is WindowName {
  return Object.hasOwn(COSINES, name);
}

/** Values of a window; `periodic`: as if the signal went on after the last one. */
export function windowOf(name: WindowName, length: number, periodic: boolean): number[] {
  const period = periodic ? length : length - 1;
  return Array.from({ length }, (_, i) => {
    if (period === 0) return 1;
    return COSINES[name].reduce(
      (sum, c, k) => sum + (k % 2 === 0 ? c : -c) * Math.cos((2 * Math.PI * k * i) / period),
      0,
    );
  });
}
