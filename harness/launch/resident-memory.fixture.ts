/**
 * A program for tests: what both sides of one scheme say that they hold, and how much more of the process is resident than before there
 * were any. Arguments: a scheme, kernels. Prints JSON.
 *
 * @module
 */
import type { Circuit, Values } from '../../schemes/circuit.ts';
import { CircuitBuilder } from '../../schemes/conformance/circuits/circuit-builder.ts';
import { collectGarbage } from '../../schemes/conformance/collect-garbage.ts';
import { isRefusal, type Compiled, type HEScheme, type Kernels, type Memory } from '../../schemes/scheme.ts';
import { loadScheme } from '../../schemes/registry.ts';
import type { LaunchRequest } from './messages.ts';
import { openSides, type Sides } from './open-sides.ts';

export interface ResidentMemory {
  readonly client: Memory;
  readonly evaluator: Memory;
  /** Of the process, beyond what it had before the sides were made. */
  readonly resident_bytes: number;
  /** All buffers of JavaScript that are alive in the process, beyond those before. */
  readonly buffers_bytes: number;
}

const WIDTH = 12;
const ROTATIONS = 40;

/** Many rotation keys; whole numbers past one plaintext prime. */
function rotations(arithmetic: HEScheme['arithmetic'], columns: number, count: number): Circuit {
  const step = arithmetic === 'real' ? null : 1;
  const most = arithmetic === 'real' ? 1 : 2 ** 70;
  const shape = { rows: arithmetic === 'real' ? 1 : 2, columns } as const;
  const build = new CircuitBuilder('c', shape, step);
  const x = build.input('x', WIDTH, { min: -most, max: most }, step);
  let sum = x;
  for (let by = 1; by <= count; by++) sum = build.add(sum, build.rotate(x, by));
  return build.build({ y: sum });
}

/** Numbers of eight values, looked up. */
function lookUp(): Circuit {
  const build = new CircuitBuilder('c', { rows: 1, columns: 1 }, 1);
  const x = build.input('x', 64, { min: 0, max: 7 }, 1);
  const outputs = Float64Array.from({ length: 8 }, (_, at) => (at * at) % 8);
  return build.build({ y: build.table(x, { min: 0, step: 1, outputs, negacyclic: false }) });
}

function circuitOf({ id, arithmetic }: HEScheme): Circuit {
  if (id === 'tfhe') return lookUp();
  return id === 'clear' ? rotations(arithmetic, 2 ** 20, 2) : rotations(arithmetic, 4096, ROTATIONS);
}

function compiledWith(scheme: HEScheme, kernels: Kernels, circuit: Circuit): Compiled {
  const compiled = scheme.compile([circuit], {
    ...{ security_bits: 128, precision_bits: 6, failure_log2: -40, threads: 1, memory_bytes: 2 ** 32, encryption: 'symmetric' },
    kernels,
  });
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  return compiled;
}

async function runOnce({ client, evaluator }: Sides, compiled: Compiled, circuit: Circuit): Promise<void> {
  await evaluator.prepare([circuit]);
  const { passes, type, shape } = compiled.client.ports['x']!;
  const numbers = (): Values => new Float64Array(shape.rows * shape.columns).fill(1);
  for (let pass = 0; pass < passes; pass++) {
    const sent = await client.encrypt('x', Array.from({ length: type.width }, numbers), pass);
    const held = await evaluator.load('x', sent, pass);
    // Results stay, as inputs do.
    await evaluator.run('c', { x: held });
  }
}

async function ofProcess(): Promise<{ readonly rss: number; readonly arrayBuffers: number }> {
  await collectGarbage();
  return process.memoryUsage();
}

const [id = '', kernels = 'library'] = process.argv.slice(2);
const scheme = await loadScheme(id);
const circuit = circuitOf(scheme);
const compiled = compiledWith(scheme, kernels as Kernels, circuit);
const request = { keyCache: null, facts: { threads: 1 } } as unknown as LaunchRequest;
// The libraries' code is neither side's.
await (await scheme.createClient(compiled.client))[Symbol.asyncDispose]();
const before = await ofProcess();
const sides = await openSides(compiled, request, scheme, () => undefined);
await runOnce(sides, compiled, circuit);
const after = await ofProcess();
const [client, evaluator] = [sides.client.memory(), sides.evaluator.memory()];
const found: ResidentMemory = {
  client,
  evaluator,
  resident_bytes: after.rss - before.rss,
  buffers_bytes: after.arrayBuffers - before.arrayBuffers,
};
process.stdout.write(`${JSON.stringify(found)}\n`);
