/**
 * Small circuits as operations that can be timed: compiled for one parameter set, run by the scheme's real evaluator.
 *
 * @module
 */
import { isRefusal, type Compiled, type HEScheme, type Held, type OperationCounts } from '../../../schemes/scheme.ts';
import type { HEClient, HEEvaluator, Primitive, Refusal, Requirement } from '../../../schemes/scheme.ts';
import type { CircuitPrimitive, PrimitivesWorkload } from '../../../workloads/workload.ts';
import { whatIsWrong } from '../accuracy/accuracy.ts';
import { countsBetween } from '../batches.ts';
import { difference } from '../outputs.ts';

export interface CompiledCircuits {
  readonly circuits: readonly CircuitPrimitive[];
  /** Of all circuits together; null: none was accepted. */
  readonly compiled: Compiled | null;
  readonly refused: readonly Refused[];
}

export interface Refused {
  readonly name: string;
  readonly refusal: Refusal;
}

/** An operation, and the counts of the operations that it consists of; null: it is a single one. */
export interface TimedPrimitive {
  readonly primitive: Primitive;
  readonly operations: OperationCounts | null;
}

/** Compiles for the shape of the scheme on which most circuits are accepted. Pure. */
export function compileCircuits(workload: PrimitivesWorkload, scheme: HEScheme, need: Requirement, seed: number): CompiledCircuits {
  const attempts = scheme.shapes.map((shape) => compileAll(workload.circuits(scheme.arithmetic, shape, seed), scheme, need));
  return attempts.reduce((best, other) => (rank(other) > rank(best) ? other : best));
}

/** The number of circuits that were accepted. Where none was, a refusal for another reason than the shape counts for more. */
function rank({ circuits, refused }: CompiledCircuits): number {
  return circuits.length > 0 ? circuits.length : -refused.filter(({ refusal }) => refusal.code === 'SHAPE_UNSUPPORTED').length;
}

function compileAll(all: readonly CircuitPrimitive[], scheme: HEScheme, need: Requirement): CompiledCircuits {
  const alone = all.map((one) => ({ one, result: scheme.compile([one.circuit], need) }));
  const refused = alone.flatMap(({ one: { name }, result }) => (isRefusal(result) ? [{ name, refusal: result }] : []));
  const circuits = alone.flatMap(({ one, result }) => (isRefusal(result) ? [] : [one]));
  if (circuits.length === 0) return { circuits, compiled: null, refused };
  // One pair of parties for all of them: making a context can take longer than everything that is timed in it.
  const together = scheme.compile(
    circuits.map(({ circuit }) => circuit),
    need,
  );
  if (!isRefusal(together)) return { circuits, compiled: together, refused };
  return { circuits: [], compiled: null, refused: all.map(({ name }) => ({ name, refusal: together })) };
}

/** Client and evaluator of the accepted circuits, their inputs loaded. */
export class CircuitBench implements AsyncDisposable {
  readonly primitives: readonly TimedPrimitive[];
  /** Kernel path of the evaluator; null where there is only one. */
  readonly path: string | null;
  readonly #parties: AsyncDisposableStack;

  private constructor(primitives: readonly TimedPrimitive[], path: string | null, parties: AsyncDisposableStack) {
    this.primitives = primitives;
    this.path = path;
    this.#parties = parties;
  }

  static async make({ circuits, compiled }: CompiledCircuits, scheme: HEScheme): Promise<CircuitBench> {
    await using parties = new AsyncDisposableStack();
    if (compiled === null) return new CircuitBench([], null, parties.move());
    const client = parties.use(await scheme.createClient(compiled.client));
    const evaluator = parties.use(await scheme.createEvaluator(compiled, await client.generateKeys()));
    await evaluator.prepare(circuits.map(({ circuit }) => circuit));
    const primitives: TimedPrimitive[] = [];
    for (const circuit of circuits) primitives.push(await timedCircuit(circuit, compiled, client, evaluator));
    return new CircuitBench(primitives, evaluator.path ?? null, parties.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parties.disposeAsync();
  }
}

async function timedCircuit(
  { name, circuit, ...made }: CircuitPrimitive,
  { client: { ports }, estimate }: Compiled,
  client: HEClient,
  evaluator: HEEvaluator,
): Promise<TimedPrimitive> {
  const { id } = circuit;
  const output = `${id}.y`;
  const { passes } = ports[id]!;
  const { input, expected } = made.values();
  const inputs: Held[] = [];
  for (let pass = 0; pass < passes; pass++) inputs.push(await evaluator.load(id, await client.encrypt(id, input, pass), pass));
  const evaluate = async (take: (result: Held) => void | Promise<void>): Promise<void> => {
    for (const held of inputs) {
      const { y } = await evaluator.run(id, { [id]: held });
      await take(y!);
      evaluator.release(y!);
    }
  };
  const results = async (): Promise<Uint8Array[][]> => {
    const envelopes: Uint8Array[][] = [];
    await evaluate(async (result) => void envelopes.push(await evaluator.store(result)));
    return envelopes;
  };
  const before = evaluator.counts();
  const bytes = (await results()).flat().reduce((sum, { length }) => sum + length, 0);
  const since = Object.entries(countsBetween(before, evaluator.counts()));
  const operations = Object.fromEntries(since.filter(([, count]) => count > 0));
  const { min, max } = ports[output]!.type;
  const range = Math.max(Math.abs(min), Math.abs(max));
  return {
    operations,
    primitive: {
      name,
      level: null,
      bytes,
      run: () => evaluate(() => undefined),
      async verify() {
        const decrypted = await client.decrypt(output, await results());
        const errors = expected.flatMap((slots, at) =>
          Array.from<number | bigint, number>(slots, (value, slot) => Math.abs(difference(decrypted[at]?.[slot] ?? NaN, value))),
        );
        const worst = errors.reduce((largest, error) => Math.max(largest, error), 0);
        return whatIsWrong(errors, worst, range, estimate.correctness[output]!) === null;
      },
    },
  };
}
