/**
 * Which schemes work here: each compiles a circuit of one addition, makes its keys, and computes it.
 *
 * @module
 */
import type { Circuit } from '../../schemes/circuit.ts';
import { describeError } from '../../schemes/errors.ts';
import { loadScheme, schemeIds } from '../../schemes/registry.ts';
import { isRefusal, type HEScheme } from '../../schemes/scheme.ts';
import { requirementOf } from '../record/requirement.ts';
import { fine, unusable, type Check } from './check.ts';

/** Encrypts nothing. */
const CLEARTEXT = 'clear';

const VALUE = 2;
const ADDEND = 3;
/** Of a real result; the plan promises 2^-6 of the range, which is 8. */
const TOLERANCE = 8 * 2 ** -6;

/** One check a built-in scheme that encrypts, in the order of the tables. */
export async function checkAdapters(): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const id of schemeIds.filter((id) => id !== CLEARTEXT)) checks.push(await checkAdapter(id, loadScheme));
  return checks;
}

/** Whatever the adapter throws becomes the check's finding. */
export async function checkAdapter(id: string, load: (id: string) => Promise<HEScheme>): Promise<Check> {
  try {
    const scheme = await load(id);
    const result = await addOnce(scheme);
    const { name, version } = scheme.library;
    if (Math.abs(result - (VALUE + ADDEND)) <= (scheme.arithmetic === 'real' ? TOLERANCE : 0)) {
      return fine(id, `${name} ${version} loads, makes keys, and computes ${VALUE} + ${ADDEND} = ${VALUE + ADDEND}`);
    }
    return unusable(id, `${name} ${version} decrypts ${VALUE} + ${ADDEND} as ${result}`, 'install it anew: `npm ci`');
  } catch (error) {
    return unusable(id, describeError(error).message, 'install it anew: `npm ci`; other schemes are not concerned');
  }
}

/** The first slot of VALUE + ADDEND, computed under encryption. */
async function addOnce(scheme: HEScheme): Promise<number> {
  const circuit = additionOver(scheme);
  const compiled = scheme.compile(
    [circuit],
    requirementOf({ parameters: null, kernels: scheme.library.kernels[0] ?? 'library', threads: 1 }),
  );
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  await using client = await scheme.createClient(compiled.client);
  const keys = await client.generateKeys();
  await using evaluator = await scheme.createEvaluator(compiled, keys);
  await evaluator.prepare([circuit]);
  const { rows, columns } = circuit.shape;
  const passes = compiled.client.ports['x']?.passes ?? 1;
  const results: Uint8Array[][] = [];
  for (let pass = 0; pass < passes; pass++) {
    const sent = await client.encrypt('x', [new Float64Array(rows * columns).fill(VALUE)], pass);
    const { y } = await evaluator.run(circuit.id, { x: await evaluator.load('x', sent, pass) });
    results.push(await evaluator.store(y!));
  }
  const [values] = await client.decrypt(`${circuit.id}.y`, results);
  return Number(values?.[0]);
}

function additionOver(scheme: HEScheme): Circuit {
  const shape = scheme.shapes[0]!;
  const step = scheme.arithmetic === 'real' ? null : 1;
  const type = { width: 1, min: 0, max: 8, bound: 'proven', step } as const;
  const plain = new Float64Array(shape.rows * shape.columns).fill(ADDEND);
  return {
    id: 'addition',
    shape,
    nodes: [
      { op: 'input', port: 'x', sources: ['client'], type: { ...type, max: 4 }, layer: 'input' },
      { op: 'addPlain', of: 0, plains: [plain], type, layer: 'sum' },
    ],
    outputs: { y: 1 },
  };
}
