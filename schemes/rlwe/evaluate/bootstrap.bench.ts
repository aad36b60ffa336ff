/**
 * Bootstraps: time, precision, memory, bytes. `node schemes/rlwe/evaluate/bootstrap.bench.ts [log2 of the slots] [runs] [threads] [small]`: N =
 * 32768, or 4096 with `small`.
 *
 * @module
 */
import { uniforms } from '../../conformance/circuits/random-values.ts';
import { turnOf } from '../bootstrap/lower-bootstrap.ts';
import { bend } from '../bootstrap/sine/bend.ts';
import {
  bitsOf,
  createKeyed,
  large,
  meansOfCopies,
  repeatingValues,
  Run,
  small,
  worstInDeviations,
  writeBootstrap,
} from './bootstrap.fixture.ts';

const [slots_log2 = '12', runs = '3', threads = '1', size = 'large'] = process.argv.slice(2);
const parameters = size === 'small' ? small : large;
const slots = 2 ** Number(slots_log2);

function cpu_ms(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

const started_ms = cpu_ms();
const written = writeBootstrap(parameters, slots);
await using keyed = await createKeyed(written);
await using run = await Run.open(written, keyed, Number(threads));
const { estimate } = written.compiled;
const sent = keyed.keys.map(({ kind, bytes }) => `${kind} ${mebibytes(bytes.length)}`).join(', ');
console.log(`N = ${parameters.degree}, ${slots} slots: keys and matrices in ${((cpu_ms() - started_ms) / 1000).toFixed(1)} s; ${sent}`);
console.log(`planned: ${(estimate.evaluate_ns! / 1e6).toFixed(0)} ms, ${mebibytes(estimate.peak_bytes)}`);

const random = uniforms(1);
for (let at = 0; at < Number(runs); at++) {
  const values = repeatingValues(parameters.degree / 2, slots, random);
  const expected = values.map((value) => bend(value, turnOf(1)));
  const envelopes = await keyed.client.encrypt('x', [values]);
  const before_ms = [cpu_ms(), performance.now()] as const;
  const stored = await run.evaluate(envelopes);
  const [evaluate_ms, wall_ms] = [cpu_ms() - before_ms[0], performance.now() - before_ms[1]];
  const [result] = await keyed.client.decrypt('renewal.y', [stored]);
  const found = Float64Array.from(result as ArrayLike<number | bigint>, Number);
  const bits = `${bitsOf(found, expected).toFixed(1)} bits, worst ${worstInDeviations(found, expected).toFixed(1)} deviations`;
  const means = `${bitsOf(meansOfCopies(found, slots), expected.subarray(0, slots)).toFixed(1)} in means of copies`;
  const plain = `${bitsOf(found, values).toFixed(1)} with the bend`;
  const bytes = [envelopes, stored].map((of) => of.reduce((sum, { length }) => sum + length, 0));
  console.log(
    `${evaluate_ms.toFixed(0)} ms of this thread, ${wall_ms.toFixed(0)} ms by the clock, ${bits}, ${means}, ${plain}; ${bytes[0]} bytes in, ${bytes[1]} out`,
  );
}
const { reserved_bytes, buffers_bytes } = run.evaluator.memory();
console.log(
  `wasm ${mebibytes(reserved_bytes!)}, keys outside ${mebibytes(buffers_bytes)}, process ${mebibytes(process.memoryUsage.rss())}`,
);
