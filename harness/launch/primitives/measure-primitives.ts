/**
 * One launch of single operations with one parameter set: each is checked first, then all are sampled under one budget.
 *
 * @module
 */
import { EnigmarkError } from '../../../schemes/errors.ts';
import { didYouMean } from '../../../schemes/nearest-names.ts';
import { refuseError } from '../../../schemes/refuse.ts';
import { isRefusal, type Compiled, type HEScheme, type ParameterSet } from '../../../schemes/scheme.ts';
import type { Primitive, PrimitiveBench, Refusal } from '../../../schemes/scheme.ts';
import { securityOf } from '../../../schemes/security.ts';
import type { PrimitivesWorkload } from '../../../workloads/workload.ts';
import { CircuitBench, compileCircuits, type Refused, type TimedPrimitive } from './circuit-primitives.ts';
import type { CaseFacts, LaunchMessage, LaunchRequest, LaunchResult } from '../messages.ts';
import { allot, calibrate, sample, type Calibrated } from './primitive-sampling.ts';
import type { LaunchRecord, PrimitivesRecord } from '../../record/record.ts';
import { REQUIRED_SECURITY_BITS, requirementOf } from '../../record/requirement.ts';

/** Of the budget of one launch: a scheme has several sets, and each a launch of its own. */
const BUDGET_SHARE = 1 / 8;

type Tell = (message: LaunchMessage) => void;
type Timed = PrimitivesRecord['primitives'][number];
type Untimed = PrimitivesRecord['untimed'][number];

export interface PrimitiveActors {
  readonly scheme: HEScheme;
  readonly workload: PrimitivesWorkload;
}

/** @throws EnigmarkError PARAMETERS_INSECURE, UNKNOWN_PARAMETERS, and whatever the adapter throws. */
export async function measurePrimitives(request: LaunchRequest, { scheme, workload }: PrimitiveActors, tell: Tell): Promise<LaunchResult> {
  const { facts, seed } = request;
  const set = setOf(scheme, request.parameters);
  tell({ kind: 'planned', parameters: set });
  const circuits = compileCircuits(workload, scheme, requirementOf({ ...facts, parameters: set.id }), seed);
  const security = securityOfKeys(circuits.compiled, set);
  if (request.planOnly) return { kind: 'leftOut', reason: 'single operations are measured, not predicted' };

  tell({ kind: 'progress', stage: 'setup', done: 0, total: null });
  const offered = await singleOperations(scheme, set, facts);
  await using single = isRefusal(offered) ? null : offered;
  const refused = [...(isRefusal(offered) ? [{ name: 'single operations', refusal: offered }] : []), ...circuits.refused];
  await using composed = await CircuitBench.make(circuits, scheme);
  const all: TimedPrimitive[] = [
    ...(single?.primitives ?? []).map((primitive) => ({ primitive, operations: null })),
    ...composed.primitives,
  ];
  if (all.length === 0) return { kind: 'record', record: unsupported(facts, set, refused) };
  const wrong = await wrongOf(all, tell);
  const primitives = await samplesOf(
    all.filter(({ primitive }) => !wrong.includes(primitive)),
    request,
    tell,
  );
  const untimed = [...wrong.map(wrongRow), ...refused.map(refusedRow)];
  const measured = { ...facts, layout: null, parameters: set, path: composed.path, security, primitives, untimed };
  const record: LaunchRecord =
    wrong.length === 0 ? { ...measured, state: 'completed' } : { ...measured, state: 'incorrect', error: errorOf(wrong) };
  return { kind: 'record', record };
}

function setOf(scheme: HEScheme, id: string | null): ParameterSet {
  const set = id !== null && Object.hasOwn(scheme.parameterSets, id) ? scheme.parameterSets[id] : undefined;
  if (set !== undefined) return set;
  throw new EnigmarkError('UNKNOWN_PARAMETERS', {
    expected: `a parameter set of ${scheme.id}`,
    got: `'${id ?? ''}'`,
    remedy: `${didYouMean(id ?? '', Object.keys(scheme.parameterSets))}the command list names them all`,
  });
}

/** The scheme's own operations, or why its kernels have none. */
async function singleOperations(scheme: HEScheme, set: ParameterSet, { kernels, threads }: CaseFacts): Promise<PrimitiveBench | Refusal> {
  try {
    return await scheme.primitives!(set, kernels, { threads });
  } catch (error) {
    return refuseError(error, ['KERNELS_UNSUPPORTED']);
  }
}

function wrongRow({ name, level }: Primitive): Untimed {
  return { name, level, state: 'incorrect', reason: 'the result was wrong' };
}

function refusedRow({ name, refusal }: Refused): Untimed {
  return { name, level: null, state: 'unsupported', reason: refusal.reason };
}

/** Of a launch that has nothing to time. */
function unsupported(facts: CaseFacts, parameters: ParameterSet, refused: readonly Refused[]): LaunchRecord {
  const code = refused[0]?.refusal.code ?? 'NO_OPERATIONS';
  const reasons = new Set(refused.map(({ refusal }) => refusal.reason));
  const message = [...reasons].join('; ') || 'the scheme offers nothing to time';
  return { ...facts, state: 'unsupported', parameters, error: { code, message } };
}

/** Hardness is declared by plans, so it is that of the circuits' keys. */
function securityOfKeys(compiled: Compiled | null, set: ParameterSet): PrimitivesRecord['security'] {
  if (compiled === null) return { bits: null, source: 'no circuit compiles with this set, and single operations declare no hardness' };
  const security = securityOf(compiled.hardness, REQUIRED_SECURITY_BITS, set.id);
  return { ...security, bits: compiled.hardness.length === 0 ? null : security.bits };
}

async function wrongOf(all: readonly TimedPrimitive[], tell: Tell): Promise<readonly Primitive[]> {
  const wrong: Primitive[] = [];
  for (const [done, { primitive }] of all.entries()) {
    tell({ kind: 'progress', stage: 'check', done, total: all.length });
    if (!(await primitive.verify())) wrong.push(primitive);
  }
  return wrong;
}

async function samplesOf(all: readonly TimedPrimitive[], { budget_ns, stopping, warmup }: LaunchRequest, tell: Tell): Promise<Timed[]> {
  const calibrated: Calibrated[] = [];
  for (const { primitive } of all) calibrated.push(await calibrate(() => primitive.run(), warmup));
  const counts = allot(
    calibrated.map(({ sample_ns }) => sample_ns),
    budget_ns * BUDGET_SHARE,
  );
  const timed: Timed[] = [];
  for (const [done, { primitive, operations }] of all.entries()) {
    tell({ kind: 'progress', stage: 'sample', done, total: all.length });
    const { name, level, bytes } = primitive;
    const { callsPerSample, warmup_ns } = calibrated[done]!;
    const { samples_ns, stopped } = await sample(() => primitive.run(), callsPerSample, counts[done]!, stopping);
    const times = { stopped, samples_ns: samples_ns.map(Math.round), warmup_ns: warmup_ns.map(Math.round) };
    timed.push({ name, level, bytes, operations: operations && { ...operations }, callsPerSample, ...times });
  }
  return timed;
}

function errorOf(wrong: readonly Primitive[]): { readonly code: string; readonly message: string } {
  const names = wrong.map(({ name, level }) => (level === null ? name : `${name} at ${level} limbs`));
  return { code: 'PRIMITIVE_WRONG', message: `wrong result of ${names.join(', ')}` };
}
