import { readFileSync } from "node:fs";

/** Ticks of the kernel's clock per second, as /proc/stat counts; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Starts watching the machine; the result tells how many cores other processes have kept busy since. Null outside Linux. */
export function watchOthers(): () => number | null {
  const before = busySeconds();
  if (before === null) return () => null;
  const ownBefore = process.cpuUsage();
  const start = performance.now();
  return () => {
    const own = process.cpuUsage(ownBefore);
    const elapsed = (performance.now() - start) / 1e3;
    const busy = (busySeconds() ?? before) - before - (own.user + own.system) / 1e6;
    return Math.max(0, busy / elapsed);
  };
}

/** Seconds that all cores together have worked since the machine started. */
function busySeconds(): number | null {
  const stat = readOptional("/proc/stat");
  if (stat === null) return null;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = stat
    .slice(0, stat.indexOf("\n"))
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND;
}

/** The largest resident set of this process so far, in bytes. */
export function peakMemory(): number {
  // On Linux `maxRSS` starts at the size of the process that started this one; VmHWM does not.
  const peak = /VmHWM:\s+(\d+) kB/.exec(readOptional("/proc/self/status") ?? "")?.[1];
  return 1024 * (peak === undefined ? process.resourceUsage().maxRSS : Number(peak));
}

function readOptional(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
