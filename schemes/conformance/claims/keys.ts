/**
 * Keys are those that the plan names, and only one's own decrypt: another client's secret agrees with the truth no more
 * often than a guess.
 *
 * @module
 */
import assert from 'node:assert/strict';
import type { ValueType, Values } from '../../circuit.ts';
import { createEvaluator } from '../create-evaluator.ts';
import type { Claim } from '../claim.ts';
import { allowedError } from '../oracle.ts';
import { keyCircuits } from '../circuits/key-circuits.ts';
import { identity } from '../circuits/operation-circuits.ts';
import { openParties, Parties } from '../parties.ts';
import { uniforms } from '../circuits/random-values.ts';
import { expectRefused, isCoded } from '../refused.ts';
import { compiledBy, type Subject } from '../subject.ts';

const LEAST_VALUES = 1000;
/** Encryptions are slow where a ciphertext holds one value. */
const MOST_CIPHERTEXTS = 100;
/** Chance passes this many standard deviations about once in 10^7 runs. */
const DEVIATIONS = 5;

export const keys: Claim = {
  title: 'keys',
  add(subject, test) {
    const { scheme } = subject;
    test('exactly the keys of the plan are made, and none may be missing', async () => {
      for (const circuit of keyCircuits(subject)) {
        const compiled = compiledBy(subject, [circuit]);
        await using client = await scheme.createClient(compiled.client);
        const made = await client.generateKeys();
        assert.deepEqual(made.map(({ kind }) => kind).sort(), [...compiled.client.keys].sort());
        for (const { kind } of made) {
          const others = made.filter((part) => part.kind !== kind);
          await expectRefused(`an evaluator without '${kind}'`, () => createEvaluator(scheme, compiled, others));
        }
      }
    });
    if (scheme.family === 'none') return;
    test("another client's secret decrypts no better than chance", async () => {
      await using mine = await openParties(subject, [identity(subject)]);
      await using theirs = await Parties.open(scheme, mine.compiled, mine.circuits);
      await expectNoAgreement(subject, mine, theirs);
    });
    test('two clients make different keys', async () => {
      for (const circuit of keyCircuits(subject)) {
        const { client: plan } = compiledBy(subject, [circuit]);
        await using one = await scheme.createClient(plan);
        await using other = await scheme.createClient(plan);
        const [ones, others] = [await one.generateKeys(), await other.generateKeys()];
        for (const [at, { kind, bytes }] of ones.entries()) assert.ok(!Buffer.from(bytes).equals(others[at]!.bytes), kind);
      }
    });
    test('nothing is encrypted or decrypted without keys', async () => {
      const { client: plan } = compiledBy(subject, [identity(subject)]);
      await using client = await scheme.createClient(plan);
      await expectRefused('encryption before keys', () => client.encrypt('x', [Float64Array.of(0)]));
    });
    test("another plan's ciphertexts are refused", async () => {
      const foreign = identity(subject, 2);
      await using parties = await openParties(subject, [identity(subject)]);
      await using others = await openParties(subject, [foreign]);
      const envelopes = await others.client.encrypt(
        'x',
        [0, 1].map(() => new Float64Array(subject.slots)),
      );
      await expectRefused('the ciphertext', () => parties.evaluator.load('x', [envelopes[0]!]));
      await expectRefused('the ciphertext, to decrypt', () => parties.client.decrypt('x', [[envelopes[0]!]]));
    });
  },
};

/** Share of blind guesses that a checker would call right. */
function chanceOf({ min, max, step }: ValueType, tolerance: number): number {
  return step === null ? Math.min(1, (2 * tolerance) / (max - min)) : 1 / (max - min + 1);
}

async function expectNoAgreement(subject: Subject, mine: Parties, theirs: Parties): Promise<void> {
  const port = mine.compiled.client.ports['x']!;
  const tolerance = allowedError(mine.compiled.estimate.correctness['identity.y']!, port);
  const uniform = uniforms(subject.seed);
  const ciphertexts = Math.min(MOST_CIPHERTEXTS, Math.ceil(LEAST_VALUES / subject.slots));
  // Without the ends of the range, which are drawn more often than a guesser would expect.
  const draw = (): number => (port.type.step === null ? port.type.min + (port.type.max - port.type.min) * uniform() : port.type.min + Math.floor((port.type.max - port.type.min + 1) * uniform())); // prettier-ignore
  let agreeing = 0;
  let values = 0;
  for (let at = 0; at < ciphertexts; at++) {
    const slots = Float64Array.from({ length: subject.slots }, draw);
    const passes: Uint8Array[][] = [];
    for (let pass = 0; pass < mine.passes; pass++) passes.push(await mine.client.encrypt('x', [slots], pass));
    const [decrypted] = await decryptedOrRefused(theirs, passes);
    values += slots.length;
    agreeing += slots.filter((value, slot) => Math.abs(Number(decrypted?.[slot]) - value) <= tolerance).length;
  }
  const chance = chanceOf(port.type, tolerance);
  const most = values * chance + DEVIATIONS * Math.sqrt(values * chance * (1 - chance)) + 1;
  assert.ok(agreeing <= most, `${agreeing} of ${values} values agree; chance allows ${most.toFixed(1)}`);
}

/** A scheme may notice that the key is wrong. */
async function decryptedOrRefused({ client }: Parties, passes: readonly (readonly Uint8Array[])[]): Promise<readonly Values[]> {
  try {
    return await client.decrypt('x', passes);
  } catch (error) {
    if (isCoded(error)) return [];
    throw error;
  }
}
