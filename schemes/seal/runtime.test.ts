/** @module */
import { describe, expect, test } from 'vitest';
import { EnigmarkError } from '../errors.ts';
import { clientInstance, evaluatorInstance, guarded, libraryVersion } from './runtime.ts';

describe('instances', () => {
  test('are separate: what one allocates does not grow the other', async () => {
    const [first, second] = [await clientInstance(), await evaluatorInstance()];
    const before = second.memory_bytes();
    expect(before).toBeGreaterThan(0);
    const plain = new first.library.Plaintext();
    plain.reserve(2 ** 22);
    expect(first.memory_bytes()).toBeGreaterThan(before + 2 ** 24);
    expect(second.memory_bytes()).toBe(before);
    plain.delete();
  });

  test("an evaluator's has no class that holds, makes or uses a secret; a client's has", async () => {
    const classes = ['KeyGenerator', 'SecretKey', 'Decryptor', 'Encryptor'];
    const client = (await clientInstance()).library;
    const evaluator = (await evaluatorInstance()).library;
    for (const name of classes) {
      expect(client).toHaveProperty(name);
      expect(name in evaluator).toBe(false);
    }
    expect(evaluator).toHaveProperty('Evaluator');
  });

  test('the version is that of the installed package', () => {
    expect(libraryVersion()).toMatch(/^7\.\d+\.\d+$/);
  });
});

describe('guarded', () => {
  test('hands results through', () => {
    expect(guarded('SOME_CODE', 'a result', () => 7)).toBe(7);
  });

  test("gives the library's exceptions a code, and their type and text", async () => {
    const { library } = await clientInstance();
    const fail = (): unknown => library.CoeffModulus.Create(1000, Int32Array.of(30));
    expect(() => guarded('SOME_CODE', 'a degree that is a power of two', fail)).toThrow(
      expect.objectContaining({ code: 'SOME_CODE', got: expect.stringMatching(/^std::invalid_argument: \w+/) as string }),
    );
  });

  test('keeps codes that were given deeper down, and takes anything thrown', () => {
    const inner = new EnigmarkError('INNER', { expected: 'a', got: 'b', remedy: 'c' });
    const failing = (thrown: unknown) => () =>
      guarded('OUTER', 'nothing', () => {
        throw thrown;
      });
    expect(failing(inner)).toThrow(inner);
    expect(failing(new Error('plain'))).toThrow(expect.objectContaining({ code: 'OUTER', got: 'plain' }));
    expect(failing('word')).toThrow(expect.objectContaining({ code: 'OUTER', got: 'word' }));
  });
});
