/**
 * What Enigmark itself costs: CKKS operations through client and evaluator against a bare loop on node-seal, interleaved
 * ABBA. Pairs come from several processes, since where memory happens to lie favours one side by a few percent in each.
 * Prints the ratio of times with its 95% interval.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import initialize from 'node-seal/allows';
import type { Circuit, ValueType } from '../schemes/circuit.ts';
import { loadScheme } from '../schemes/registry.ts';
import { isRefusal, type Held, type Requirement } from '../schemes/scheme.ts';
import { pairedRatio } from './record/statistics.ts';

const PROCESSES = 8;
const PAIRS = 40;
const WARM_UP_PAIRS = 120;
const COLUMNS = 4096;
const MODULUS_BITS = [46, 54, 54, 60];
const SCALE = 2 ** 40;

const real: ValueType = { width: 1, min: -1, max: 1, bound: 'proven', step: null };
const input = (port: string) => ({ op: 'input', port, sources: ['client'], type: real, layer: port }) as const;
const shape = { rows: 1, columns: COLUMNS } as const;
const multiply: Circuit = {
  id: 'multiply',
  shape,
  nodes: [input('a'), input('b'), { op: 'multiply', left: 0, right: 1, type: real, layer: 'multiply' }],
  outputs: { result: 2 },
};
const rotate: Circuit = {
  id: 'rotate',
  shape,
  nodes: [input('c'), { op: 'rotate', of: 0, by: 1, type: real, layer: 'rotate' }],
  outputs: { result: 1 },
};
const need: Requirement = {
  security_bits: 128,
  precision_bits: 20,
  failure_log2: -40,
  kernels: 'library',
  threads: 1,
  memory_bytes: 2 ** 32,
  encryption: 'symmetric',
  parameters: 'default',
};

/** Times of one contest, in pairs. */
interface Contested {
  readonly name: string;
  readonly pairs: readonly (readonly [ours_ns: number, theirs_ns: number])[];
}

if (process.argv[2] === 'pairs') process.stdout.write(JSON.stringify(await contest()));
else report(Array.from({ length: PROCESSES }, contestElsewhere));

function contestElsewhere(): readonly Contested[] {
  return JSON.parse(
    execFileSync(process.execPath, [fileURLToPath(import.meta.url), 'pairs'], { encoding: 'utf8' }),
  ) as readonly Contested[];
}

function report(runs: readonly (readonly Contested[])[]): void {
  for (const { name } of runs[0]!) {
    const pairs = runs.flatMap((run) => run.find((contested) => contested.name === name)!.pairs);
    const { value, interval } = pairedRatio(
      pairs.map(([ours_ns]) => ours_ns),
      pairs.map(([, theirs_ns]) => theirs_ns),
    );
    const range = `[${interval!.low.toFixed(4)}, ${interval!.high.toFixed(4)}]`;
    process.stdout.write(
      `${name}: ${value.toFixed(4)} ${range} times the bare loop, n = ${pairs.length} pairs in ${PROCESSES} processes\n`,
    );
  }
}

async function contest(): Promise<readonly Contested[]> {
  const measured: Contested[] = [];
  const values = Float64Array.from({ length: COLUMNS }, (_, slot) => Math.sin(slot));

  /** Enigmark's way: every operation a run of a circuit, every ciphertext an envelope. */
  const scheme = await loadScheme('ckks');
  const circuits = [multiply, rotate];
  const compiled = scheme.compile(circuits, need);
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  await using client = await scheme.createClient(compiled.client);
  await using evaluator = await scheme.createEvaluator(compiled, await client.generateKeys());
  await evaluator.prepare(circuits);
  const load = async (port: string): Promise<Held> => evaluator.load(port, await client.encrypt(port, [values]));
  const held = { a: await load('a'), b: await load('b'), c: await load('c') };
  const throughEvaluator = async (circuit: string, inputs: Readonly<Record<string, Held>>): Promise<void> => {
    const { result } = await evaluator.run(circuit, inputs);
    evaluator.release(result!);
  };
  const limbs = limbsOf(compiled.estimate.counts);

  /** The bare way: node-seal's own calls on ciphertexts at the same level, the result's memory used again and again. */
  const seal = await initialize();
  const parameters = new seal.EncryptionParameters(seal.SchemeType.ckks);
  parameters.setPolyModulusDegree(2 * COLUMNS);
  parameters.setCoeffModulus(seal.CoeffModulus.Create(2 * COLUMNS, Int32Array.from(MODULUS_BITS)));
  const context = new seal.SEALContext(parameters, true, seal.SecLevelType.tc128);
  const generator = new seal.KeyGenerator(context);
  const galois = generator.createGaloisKeysWithSteps(Int32Array.of(1));
  const encryptor = new seal.Encryptor(context, generator.createPublicKey(), generator.secretKey());
  const bare = new seal.Evaluator(context);
  const encoder = new seal.CKKSEncoder(context);
  let level = context.firstContextData();
  while (level.chainIndex() + 1 > limbs) level = level.nextContextData();
  const levelId = level.parmsId();
  const plain = new seal.Plaintext();
  const result = new seal.Ciphertext();
  const encode = (): void => {
    encoder.encode(values, SCALE, plain);
    if (limbs < MODULUS_BITS.length - 1) bare.plainModSwitchToInplace(plain, levelId);
  };
  const fresh = () => {
    encode();
    const ciphertext = new seal.Ciphertext();
    encryptor.encryptSymmetric(plain, ciphertext);
    return ciphertext;
  };
  const [left, right] = [fresh(), fresh()];

  interface Contest {
    readonly name: string;
    readonly ours: () => Promise<unknown>;
    readonly theirs: () => void;
  }
  const contests: readonly Contest[] = [
    {
      name: 'multiply',
      ours: () => throughEvaluator('multiply', { a: held.a, b: held.b }),
      theirs: () => bare.multiply(left, right, result),
    },
    { name: 'rotate', ours: () => throughEvaluator('rotate', { c: held.c }), theirs: () => bare.rotateVector(left, 1, galois, result) },
    {
      name: 'encrypt',
      ours: () => client.encrypt('a', [values]),
      theirs: () => {
        encode();
        const ciphertext = encryptor.encryptSymmetricSerializable(plain);
        ciphertext.saveToArray(seal.ComprModeType.none);
        ciphertext.delete();
      },
    },
  ];

  for (const { name, ours, theirs } of contests) {
    const timed = async (work: () => unknown): Promise<number> => {
      const started = process.hrtime.bigint();
      await work();
      return Number(process.hrtime.bigint() - started);
    };
    const pairs: [ours_ns: number, theirs_ns: number][] = [];
    for (let pair = 0; pair < WARM_UP_PAIRS + PAIRS; pair++) {
      // ABBA: the order turns around from pair to pair, so that drift favours neither side.
      const first = pair % 2 === 0 ? await timed(ours) : await timed(theirs);
      const second = pair % 2 === 0 ? await timed(theirs) : await timed(ours);
      if (pair >= WARM_UP_PAIRS) pairs.push(pair % 2 === 0 ? [first, second] : [second, first]);
    }
    measured.push({ name, pairs });
  }
  return measured;
}

/** Limbs that both circuits run at, from the names of their counts. */
function limbsOf(counts: Readonly<Record<string, number>>): number {
  const found = new Set(Object.keys(counts).map((name) => Number(name.split('@')[1])));
  if (found.size !== 1) throw new Error(`operations at several levels: ${Object.keys(counts).join(', ')}`);
  return [...found][0]!;
}
