/** @module */

/** The result of an action, and how long it took. */
export async function timed<T>(action: () => Promise<T>): Promise<{ readonly result: T; readonly elapsed_ns: number }> {
  const started = process.hrtime.bigint();
  const result = await action();
  return { result, elapsed_ns: Number(process.hrtime.bigint() - started) };
}
