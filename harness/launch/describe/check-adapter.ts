/**
 * An outsider's adapter whose answers are checked as they come: what is not as the contract says is named, member by member, instead of
 * surfacing as a bug somewhere else.
 *
 * @module
 */
import { z } from 'zod';
import { EnigmarkError } from '../../../schemes/errors.ts';
import { isRefusal, type HEClient, type HEEvaluator, type HEScheme } from '../../../schemes/scheme.ts';

const name = z.string().min(1);
const size = z.number().nonnegative();
const time = size.nullable();

const refusal = z.looseObject({ code: name, reason: name, circuit: z.string(), node: z.number().nullable() });

const hardness = z.object({
  key: name,
  problem: z.enum(['rlwe', 'lwe', 'glwe', 'factoring']),
  dimension: z.number(),
  modulus_log2: z.number(),
  error_log2: z.number().nullable(),
  secret: z.enum(['ternary', 'binary']).nullable(),
  weight: z.int().min(1).optional(),
});

const correctness = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exact'), failure_log2: z.number().nullable() }),
  z.object({
    kind: z.literal('approximate'),
    precision_bits: z.number(),
    modelled_bits: z.number().nullable(),
    failure_log2: z.number().optional(),
  }),
  z.object({ kind: z.literal('noisy'), maxSteps: z.number(), failure_log2: z.number() }),
]);

const compiled = z.looseObject({
  id: name,
  client: z.looseObject({
    id: name,
    scheme: name,
    parameters: z.looseObject({ id: name }),
    encryption: z.enum(['symmetric', 'public']),
    ports: z.record(z.string(), z.looseObject({ passes: z.int().min(1) })),
    keys: z.array(name),
  }),
  hardness: z.array(hardness),
  estimate: z.looseObject({
    counts: z.record(z.string(), size),
    depth: z.int().min(0),
    correctness: z.record(z.string(), correctness),
    evaluate_ns: time,
    prepare_ns: time,
    peak_bytes: size,
    bytes: z.looseObject({ keys: z.record(z.string(), size), input: size, output: size }),
  }),
});

const memory = z.object({ reserved_bytes: time, live_bytes: time, buffers_bytes: size, objects: z.int().min(0) });

const CLIENT = ['generateKeys', 'encrypt', 'decrypt', 'memory'] as const;
const EVALUATOR = ['prepare', 'load', 'run', 'store', 'release', 'counts', 'memory'] as const;

/** Answers that come with every batch are checked by hand: that takes microseconds. */
const areBytes = (value: unknown): boolean => Array.isArray(value) && value.every((one) => one instanceof Uint8Array);
const areValues = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => one instanceof Float64Array || Array.isArray(one));
const areKeys = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => isObject(one) && typeof one['kind'] === 'string' && one['bytes'] instanceof Uint8Array);
const isHeld = (value: unknown): boolean => isObject(value) && typeof value['port'] === 'string' && typeof value['pass'] === 'number';
const areHeld = (value: unknown): boolean => isObject(value) && Object.values(value).every(isHeld);

/**
 * The same adapter, whose methods throw where they answer otherwise than the contract says.
 *
 * @throws EnigmarkError ADAPTER_INVALID from its methods, naming the member, what it should give, and what it gave
 */
export function checkAdapter(scheme: HEScheme): HEScheme {
  return extend(scheme, {
    compile(circuits, need) {
      const answer = scheme.compile(circuits, need);
      if (!isObject(answer)) throw invalid('compile', 'a plan or a refusal', answer);
      expectShape('compile', isRefusal(answer) ? refusal : compiled, answer);
      return answer;
    },
    async createClient(plan, options) {
      const client = await scheme.createClient(plan, options);
      expectMethods('createClient', client, CLIENT);
      return checkClient(client);
    },
    async createEvaluator(plan, keys, options) {
      const evaluator = await scheme.createEvaluator(plan, keys, options);
      expectMethods('createEvaluator', evaluator, EVALUATOR);
      return checkEvaluator(evaluator);
    },
  });
}

function checkClient(client: HEClient): HEClient {
  return extend(client, {
    async generateKeys(options) {
      return expectAnswer('client.generateKeys', 'an array of { kind, bytes }', areKeys, await client.generateKeys(options));
    },
    async encrypt(port, values, pass) {
      return expectAnswer('client.encrypt', 'an array of Uint8Array', areBytes, await client.encrypt(port, values, pass));
    },
    async decrypt(port, passes) {
      return expectAnswer(
        'client.decrypt',
        'an array of Float64Array or of arrays of bigint',
        areValues,
        await client.decrypt(port, passes),
      );
    },
    memory: () => expectShape('client.memory', memory, client.memory()),
  });
}

function checkEvaluator(evaluator: HEEvaluator): HEEvaluator {
  return extend(evaluator, {
    async load(port, ciphertexts, pass) {
      return expectAnswer('evaluator.load', 'a { port, pass }', isHeld, await evaluator.load(port, ciphertexts, pass));
    },
    async run(circuit, inputs, onLayer) {
      return expectAnswer('evaluator.run', 'a { port, pass } by output', areHeld, await evaluator.run(circuit, inputs, onLayer));
    },
    async store(value, only) {
      return expectAnswer('evaluator.store', 'an array of Uint8Array', areBytes, await evaluator.store(value, only));
    },
    memory: () => expectShape('evaluator.memory', memory, evaluator.memory()),
  });
}

/** With everything that stands on its prototypes, which spreading would lose. */
function extend<T extends object>(original: T, changed: Partial<T>): T {
  const members: [PropertyKey, unknown][] = [];
  for (let level: object | null = original; level !== null && level !== Object.prototype; level = Reflect.getPrototypeOf(level)) {
    for (const key of Reflect.ownKeys(level)) {
      const member: unknown = Reflect.get(original, key, original);
      // Not `bind`: V8 takes no bound function for a disposer.
      const called = (...words: unknown[]): unknown => Reflect.apply(member as () => unknown, original, words);
      members.unshift([key, typeof member === 'function' ? called : member]);
    }
  }
  return { ...Object.fromEntries(members), ...changed } as T;
}

function expectAnswer<T>(member: string, wanted: string, isRight: (answer: unknown) => boolean, answer: T): T {
  if (!isRight(answer)) throw invalid(member, wanted, answer);
  return answer;
}

function expectShape<T extends object>(member: string, shape: z.ZodType, answer: T): T {
  const issue = shape.safeParse(answer).error?.issues[0];
  if (issue === undefined) return answer;
  const place = ['result', ...issue.path.map(String)].join('.');
  throw failed(`what schemes/scheme.ts says of ${member}`, `at ${place}: ${issue.message}`);
}

function expectMethods(member: string, made: unknown, names: readonly string[]): void {
  if (!isObject(made)) throw invalid(member, 'an object', made);
  const missing = names.find((method) => typeof made[method] !== 'function');
  if (missing !== undefined) throw failed(`the object of ${member} to have a method '${missing}'`, typeof made[missing]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function invalid(member: string, wanted: string, answer: unknown): EnigmarkError {
  return failed(`${member} to give ${wanted}`, describe(answer));
}

function describe(answer: unknown): string {
  if (Array.isArray(answer)) return `an array of ${answer.length === 0 ? 'nothing' : describe(answer[0])}`;
  return isObject(answer) ? `an object with ${Object.keys(answer).slice(0, 5).join(', ') || 'no fields'}` : String(answer);
}

function failed(expected: string, got: string): EnigmarkError {
  return new EnigmarkError('ADAPTER_INVALID', {
    expected,
    got,
    remedy: "correct it; the conformance suite ('enigmark/conformance') finds more",
  });
}
