/**
 * Collection of what one sample left.
 *
 * @module
 */

/**
 * Collects the young generation now, outside every timed stage, so that the next sample does not pay for the last one: some tens of
 * microseconds (`gc` of V8's gc extension: v8/src/extensions/gc-extension.h). What lives longer V8 collects when it sees fit, in a
 * sample as in a server's inference. Does nothing unless Node runs with --expose-gc.
 */
export function collectYoung(): void {
  globalThis.gc?.({ type: 'minor' });
}
