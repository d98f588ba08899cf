/** Longest time, in ms, that training keeps the event loop to itself. */
const SLICE = 20;

/** What Node has in place of message channels; the package knows no Node types. */
const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };

/** Lets whatever waits on the event loop have its turn: timers, input, abort signals, the release of collected tensors. */
function nextTask(): Promise<void> {
  if (setImmediate) return new Promise((resolve) => void setImmediate(resolve));
  // Browsers hold nested timers back for 4 ms; a message is not held back.
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const received = (): void => {
      port1.close();
      resolve();
    };
    port1.addEventListener("message", received, { once: true });
    port1.start();
    port2.postMessage(null);
  });
}

/**
 * A function to await after every step: it gives way when a slice of time is used up. Engines that compute at once would otherwise
 * keep everything else waiting until the last step.
 */
export function givingWay(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < SLICE) return undefined;
    return nextTask().then(() => {
      since = performance.now();
    });
  };
}
