/** @module */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { open, openAny, planDigest, seal, type Envelope } from './envelope.ts';
import { EnigmarkError } from './errors.ts';

const HEADER_BYTES = 46;
const name = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.constantFrom('x', 'dense.logits', 'relinearization', ''));
const envelopes: fc.Arbitrary<Envelope> = fc.record({
  kind: fc.constantFrom('key' as const, 'ciphertext' as const),
  plan: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((digest) => Buffer.from(digest).toString('hex')),
  name,
  pass: fc.nat({ max: 65535 }),
  payload: fc.uint8Array({ maxLength: 80 }),
});
const sample: Envelope = { kind: 'ciphertext', plan: 'ab'.repeat(32), name: 'dense.x', pass: 3, payload: Uint8Array.of(9, 8, 7, 6, 5) };
const codes = ['ENVELOPE_DAMAGED', 'WRONG_PLAN', 'WRONG_PORT'];

/** The code of a refusal; null where the bytes were opened. Anything else fails the test. */
function refusal(bytes: Uint8Array, expected: Envelope): string | null {
  try {
    open(bytes, expected);
    return null;
  } catch (error) {
    if (error instanceof EnigmarkError && codes.includes(error.code)) return error.code;
    throw error;
  }
}

describe('seal and open', () => {
  test('give back what was sealed', () => {
    fc.assert(
      fc.property(envelopes, (envelope) => {
        const bytes = seal(envelope);
        expect(open(bytes, envelope)).toEqual(envelope.payload);
        expect(openAny(bytes, envelope.plan)).toEqual(envelope);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  test('open reads inside a larger buffer and copies nothing', () => {
    const around = new Uint8Array(200);
    const bytes = seal(sample);
    around.set(bytes, 31);
    const payload = open(around.subarray(31, 31 + bytes.length), sample);
    expect(payload).toEqual(sample.payload);
    expect(payload.buffer).toBe(around.buffer);
  });

  test('the layout is the documented one', () => {
    const { payload } = sample;
    const expected = Buffer.concat([
      Buffer.from('EMRK'),
      Buffer.from([1, 2, 3, 0]),
      Buffer.from(sample.plan, 'hex'),
      Buffer.from([7, 0]),
      Buffer.from('dense.x'),
      Buffer.from([5, 0, 0, 0]),
      payload,
    ]);
    expect(Buffer.from(seal(sample))).toEqual(expected);
    expect(seal({ ...sample, kind: 'key' })[5]).toBe(1);
  });

  test.each([
    [{ kind: 'key' as const }, 'WRONG_PORT'],
    [{ name: 'dense.y' }, 'WRONG_PORT'],
    [{ pass: 4 }, 'WRONG_PORT'],
    [{ plan: 'ac'.repeat(32) }, 'WRONG_PLAN'],
    [{ plan: 'ac'.repeat(32), name: 'dense.y' }, 'WRONG_PLAN'],
  ])('what was made for %o is refused as %s', (other, code) => {
    expect(refusal(seal({ ...sample, ...other }), sample)).toBe(code);
  });
});

describe('damage', () => {
  test('no change of a header byte passes, and none changes anything but its own field', () => {
    const bytes = seal(sample);
    const header = bytes.length - sample.payload.length;
    const fieldAt = (at: number): keyof Envelope | 'structure' => {
      if (at === 5) return 'kind';
      if (at === 6 || at === 7) return 'pass';
      if (at >= 8 && at < 40) return 'plan';
      return at >= 42 && at < header - 4 ? 'name' : 'structure';
    };
    for (let at = 0; at < header; at++) {
      for (let change = 1; change < 256; change++) {
        const mutant = bytes.slice();
        mutant[at]! ^= change;
        const code = refusal(mutant, sample);
        const field = fieldAt(at);
        // Names are ASCII here: a byte beyond it is no UTF-8.
        const isUtf8 = mutant[at]! < 128;
        if (field === 'structure') expect(code).toBe('ENVELOPE_DAMAGED');
        else if (field === 'plan') expect(code).toBe('WRONG_PLAN');
        else if (field === 'name') expect(code).toBe(isUtf8 ? 'WRONG_PORT' : 'ENVELOPE_DAMAGED');
        else expect(code === 'WRONG_PORT' || (field === 'kind' && code === 'ENVELOPE_DAMAGED')).toBe(true);
        if (code === 'WRONG_PORT') {
          const { [field as keyof Envelope]: changed, ...rest } = openAny(mutant, sample.plan);
          expect(changed).not.toEqual(sample[field as keyof Envelope]);
          expect(sample).toMatchObject(rest);
        }
      }
    }
  });

  test('every truncation and every extension is refused', () => {
    const bytes = seal(sample);
    for (let length = 0; length < bytes.length; length++) expect(refusal(bytes.slice(0, length), sample)).toBe('ENVELOPE_DAMAGED');
    expect(refusal(Buffer.concat([bytes, bytes.subarray(0, 1)]), sample)).toBe('ENVELOPE_DAMAGED');
  });

  test('lengths that lie by much are refused without reading past the end', () => {
    for (const length of [0, 8, 0xffff]) {
      const mutant = seal(sample);
      new DataView(mutant.buffer).setUint16(40, length, true);
      expect(refusal(mutant, sample)).toBe('ENVELOPE_DAMAGED');
    }
    for (const length of [0, 4, 6, 0x7fffffff, 0xffffffff]) {
      const mutant = seal(sample);
      new DataView(mutant.buffer).setUint32(HEADER_BYTES - 4 + sample.name.length, length, true);
      expect(refusal(mutant, sample)).toBe('ENVELOPE_DAMAGED');
    }
  });

  test('2,000 mutants are opened or refused with a code, and what is opened was not damaged in its header', () => {
    const mutation = fc.record({
      flips: fc.array(fc.tuple(fc.nat({ max: 4096 }), fc.integer({ min: 1, max: 255 })), { maxLength: 4 }),
      cut: fc.option(fc.tuple(fc.nat({ max: 4096 }), fc.nat({ max: 40 })), { freq: 3 }),
      insert: fc.option(fc.tuple(fc.nat({ max: 4096 }), fc.uint8Array({ maxLength: 12 })), { freq: 3 }),
    });
    fc.assert(
      fc.property(envelopes, mutation, (envelope, { flips, cut, insert }) => {
        const original = seal(envelope);
        let mutant = original.slice();
        for (const [at, change] of flips) mutant[at % mutant.length]! ^= change;
        if (cut !== null) {
          const from = cut[0] % mutant.length;
          mutant = Uint8Array.from([...mutant.subarray(0, from), ...mutant.subarray(from + cut[1])]);
        }
        if (insert !== null) {
          const at = insert[0] % (mutant.length + 1);
          mutant = Uint8Array.from([...mutant.subarray(0, at), ...insert[1], ...mutant.subarray(at)]);
        }
        if (refusal(mutant, envelope) !== null) return;
        const header = original.length - envelope.payload.length;
        expect(mutant).toHaveLength(original.length);
        expect(mutant.subarray(0, header)).toEqual(original.subarray(0, header));
      }),
      { seed: 4, numRuns: 2000 },
    );
  });
});

describe('planDigest', () => {
  const plan = {
    scheme: 'ckks',
    parameters: { id: 'small', degree: 4096 },
    encryption: 'symmetric' as const,
    ports: {},
    keys: ['a', 'b'],
    details: null,
  };

  test('does not depend on the order in which a plan was built, at any depth', () => {
    const { parameters, ...rest } = plan;
    const turned = { ...rest, parameters: { degree: parameters.degree, id: parameters.id } };
    expect(planDigest(turned)).toBe(planDigest(plan));
  });

  test('is the SHA-256 of the plan as JSON with sorted keys', () => {
    const json =
      '{"details":null,"encryption":"symmetric","keys":["a","b"],"parameters":{"degree":4096,"id":"small"},"ports":{},"scheme":"ckks"}';
    expect(planDigest(plan)).toBe(createHash('sha256').update(json).digest('hex'));
  });

  test('depends on everything in the plan', () => {
    const others = [
      { ...plan, scheme: 'bfv' },
      { ...plan, parameters: { ...plan.parameters, degree: 8192 } },
      { ...plan, encryption: 'public' as const },
      { ...plan, keys: ['b', 'a'] },
      { ...plan, details: { rotations: [1] } },
    ];
    expect(new Set([plan, ...others].map(planDigest)).size).toBe(others.length + 1);
  });
});
