/**
 * Ctrl-C and termination as a signal, so that what was measured is kept.
 *
 * @module
 */

/** Ctrl-C, a service's end, a closed terminal, and Ctrl-\ */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Until disposed, the process does not end by itself. */
export function interruptible(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  for (const signal of SIGNALS) process.on(signal, abort);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => SIGNALS.forEach((signal) => process.off(signal, abort)),
  };
}
