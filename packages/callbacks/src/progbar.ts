/** What a progress line shows. */
export interface Progress {
  readonly done: number;
  /** null while unknown. */
  readonly total: number | null;
  readonly seconds: number;
  readonly logs: Readonly<Record<string, number>>;
  /** Whether the epoch has ended. */
  readonly finished: boolean;
}

const BAR = 20;

/** `3s`, `1:05`, `2:03:04`. */
export function formatSeconds(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  const two = (n: number): string => String(n).padStart(2, "0");
  if (s >= 3600) return `${Math.floor(s / 3600)}:${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`;
  return s >= 60 ? `${Math.floor(s / 60)}:${two(s % 60)}` : `${s}s`;
}

/** `16ms/step`, `1.2s/step`, `350us/step`. */
export function formatStep(seconds: number): string {
  if (seconds >= 1) return `${seconds.toFixed(1)}s/step`;
  return seconds >= 1e-3 ? `${Math.round(seconds * 1e3)}ms/step` : `${Math.round(seconds * 1e6)}us/step`;
}

/** `0.9812`, or `1.2e-05` for what would be all zeros. */
export function formatValue(value: number): string {
  return value === 0 || Math.abs(value) > 1e-3 || !Number.isFinite(value) ? value.toFixed(4) : value.toExponential(4);
}

/** One line of progress: steps, bar, time left (or taken), time per step, and the numbers in alphabetical order. */
export function progressLine({ done, total, seconds, logs, finished }: Progress): string {
  const width = String(total ?? done).length;
  const count = total === null ? `${done}/Unknown` : `${String(done).padStart(width)}/${total}`;
  const filled = total === null ? BAR : Math.min(BAR, Math.floor((BAR * done) / Math.max(1, total)));
  const bar = "━".repeat(filled) + "─".repeat(BAR - filled);
  const perStep = done > 0 ? seconds / done : 0;
  const time = finished || total === null ? formatSeconds(seconds) : `${formatSeconds(perStep * (total - done))} left`;
  const numbers = Object.keys(logs)
    .sort()
    .map((name) => `${name}: ${formatValue(logs[name]!)}`);
  return [`${count} ${bar} ${time} ${formatStep(perStep)}`, ...numbers].join(" - ");
}
