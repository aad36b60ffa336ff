/**
 * Hand-built records for tests: no figure in them was measured.
 *
 * @module
 */
import { caseId } from './record.ts';
import type { LaunchRecord, MeasuredRecord, PrimitivesRecord, TrainingRecord } from './record.ts';
import type { RunInformation } from './run-information.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

type Completed = Extract<MeasuredRecord, { state: 'completed' }>;
type CompletedPrimitives = Extract<PrimitivesRecord, { state: 'completed' }>;
type CompletedTraining = Extract<TrainingRecord, { state: 'completed' }>;
type WithoutResult = Extract<LaunchRecord, { state: 'failed' | 'timeout' | 'unsupported' }>;

/** n samples around a centre, without randomness: centre, centre + spread, centre - spread, centre + 2 spread, ... */
export function samplesAround(centre_ns: number, n: number, spread_ns = Math.round(centre_ns / 100)): number[] {
  return Array.from({ length: n }, (_, i) => centre_ns + spread_ns * Math.ceil(i / 2) * (i % 2 === 0 ? -1 : 1));
}

/** A CKKS launch with 15 samples of each stage of a pass; `changes` replaces fields, and the id follows them. */
export function completedRecord(changes: Partial<Completed> = {}): Completed {
  const once = (time_ns: number) => ({ samples_ns: [time_ns], warmup_ns: [] });
  const often = (time_ns: number) => ({ samples_ns: samplesAround(time_ns, 15), warmup_ns: [time_ns * 2] });
  const record: Completed = {
    schemaVersion: SCHEMA_VERSION,
    id: '',
    state: 'completed',
    launch: 1,
    order: 0,
    scheme: 'ckks',
    schemeName: 'ckks',
    family: 'leveled',
    library: { name: 'node-seal', version: '7.0.0' },
    workload: 'dense-784x10',
    group: 'dense',
    layout: 'packed',
    kernels: 'library',
    threads: 1,
    encryption: 'symmetric',
    environment: 'run.json',
    startedAt: '2026-01-02T03:04:05.000Z',
    parameters: { id: 'n8192-200', polynomialDegree: 8192 },
    path: null,
    batch: 1,
    distinctSamples: 2000,
    security: { bits: 128, source: 'Bossuat et al., CiC 1(4):26' },
    failureProbability_log2: null,
    plannedPrecision: { required_bits: 6, modelled_bits: 9.4 },
    bound: 'proven',
    stages: {
      setup: once(181_000_000),
      keygen: once(94_000_000),
      encodeModel: once(61_500_000),
      encrypt: often(4_210_000),
      load: often(812_000),
      evaluate: often(48_400_000),
      store: often(301_000),
      decrypt: often(1_730_000),
    },
    baseline: { inferencesPerSample: 8, samples_ns: samplesAround(6_100, 10), warmup_ns: [6_800] },
    stopped: 'budget',
    layers: [{ name: 'dense', samples_ns: samplesAround(48_100_000, 10) }],
    operations: { 'multiplyPlain@3': 16, 'rotate@3': 20 },
    depth: 1,
    bytes: {
      keys: { galois: 6_291_780, relinearization: 786_540 },
      input: 131_289,
      output: 131_401,
      rounds: 1,
      packed: { keys: 5_898_240, input: 98_368, output: 110_592 },
    },
    memory: {
      client: { reserved_bytes: 33_554_432, live_bytes: null, buffers_bytes: 0 },
      evaluator: { reserved_bytes: 50_331_648, live_bytes: 41_943_040, buffers_bytes: 7_078_320 },
      peakRss_bytes: 301_989_888,
      estimate_bytes: 41_943_040,
    },
    noise: [],
    accuracy: {
      heldOut: { samples: 2000, float: 0.9065, planned: 0.906, onlyFloat: 3, onlyPlanned: 2, p: 1 },
      samples: 100,
      encrypted: 0.91,
      agreement: 0.99,
      maxAbsError: 0.0003,
      outputRange: 24,
      outputRangeSource: 'the first 1000 training images',
      precision_bits: Math.log2(24 / 0.0003),
    },
    interactive: false,
    data: '100 MNIST images of the 2,000 held out of the 10,000 in the mnist package',
    notes: { 'memory.client.live_bytes': 'the library does not tell what it has in use' },
    ...changes,
  };
  return changes.id === undefined ? { ...record, id: idOf(record) } : record;
}

/** The same launch, decrypted wrongly. */
export function incorrectRecord(changes: Partial<Completed> = {}): MeasuredRecord {
  return {
    ...completedRecord(changes),
    state: 'incorrect',
    error: { code: 'OUTPUT_INCORRECT', message: 'expected an error of at most 2^-6 of the range, got 2^-2' },
  };
}

/** A CKKS launch that timed two operations, one of them at two levels. */
export function primitivesRecord(changes: Partial<CompletedPrimitives> = {}): CompletedPrimitives {
  const timed = (name: string, level: number | null, time_ns: number, bytes: number | null = null) => {
    const samples_ns = samplesAround(time_ns, 10);
    return { name, level, bytes, operations: null, callsPerSample: 1, stopped: 'budget' as const, samples_ns, warmup_ns: [time_ns * 2] };
  };
  const record: CompletedPrimitives = {
    ...caseFacts(),
    id: '',
    workload: 'primitives',
    group: 'primitives',
    layout: null,
    state: 'completed',
    parameters: { id: 'default', degree: 8192 },
    path: null,
    security: completedRecord().security,
    primitives: [timed('encode', null, 900_000, 65_624), timed('rotate', 3, 4_660_000, 262_257), timed('rotate', 1, 1_450_000, 131_185)],
    untimed: [],
    ...changes,
  };
  return changes.id === undefined ? { ...record, id: caseId({ ...record, parameters: record.parameters.id }) } : record;
}

/** A CKKS launch that trained for two epochs of two updates. */
export function trainingRecord(changes: Partial<CompletedTraining> = {}): CompletedTraining {
  const { security, memory } = completedRecord();
  const epoch = (number: number): CompletedTraining['training']['history'][number] => {
    const threefold = (encrypted: number) => ({ encrypted, polynomial: encrypted + 0.001, sigmoid: encrypted + 0.002 });
    return {
      epoch: number,
      ...{ server_ns: [26_000_000, 27_000_000], evaluate_ns: [24_000_000, 25_000_000], client_ns: [3_000_000, 3_100_000] },
      ...{ loss: threefold(0.6 - number / 10), training: threefold(0.9), heldOut: threefold(0.95), discordant: number - 1 },
      ...{ gradientError: [0.003, 0.005], weightDistance: 0.002, largestScore: 4 + number, overflows: number },
    };
  };
  const record: CompletedTraining = {
    ...caseFacts(),
    ...{ id: '', workload: 'training-logistic-digits', group: 'training-logistic', layout: 'diagonals', state: 'completed' },
    ...{
      parameters: { id: 'default-50', degree: 8192 },
      path: 'fused',
      security,
      plannedPrecision: { required_bits: 3, modelled_bits: 3.1 },
    },
    ...{
      setup_ns: 1_000_000,
      keygen_ns: 1_000_000,
      encodeModel_ns: 1000,
      keys_bytes: { galois: 30_000_000 },
      operations: { 'multiply@3': 64 },
    },
    ...{ depth: 4, memory, interactive: true, data: 'images', notes: {} },
    training: {
      ...{
        method: 'nesterov',
        rate: 0.3,
        batch: 1024,
        updatesPerEpoch: 2,
        epochs: 2,
        features: 197,
        samples: { training: 1599, heldOut: 377 },
      },
      ...{ sigmoid: null, rounds: 1, learns: 'gradients', samples_bytes: 12_000_000, refresh: { up_bytes: 196_849, down_bytes: 131_246 } },
      ...{ encryptSamples_ns: 2_000_000, loadSamples_ns: 1_000_000, history: [epoch(1), epoch(2)], network: null },
    },
    ...changes,
  };
  return changes.id === undefined ? { ...record, id: caseId({ ...record, parameters: null }) } : record;
}

/** A launch that gave no figures. */
export function recordWithoutResult(state: WithoutResult['state'], changes: Partial<WithoutResult> = {}): WithoutResult {
  const error = {
    failed: { code: 'CHILD_KILLED', message: 'the process was ended by SIGKILL before it gave a result' },
    timeout: { code: 'TIMEOUT', message: 'no result within 10 min' },
    unsupported: { code: 'MODULUS_TOO_SMALL', message: 'the output bound 2^23.4 passes the plaintext modulus 2^20' },
  }[state];
  const record: WithoutResult = { ...caseFacts(), id: '', state, parameters: null, error, ...changes };
  return changes.id === undefined ? { ...record, id: idOf(record) } : record;
}

/** A finished run on an invented machine. */
export function runInformation(changes: Partial<RunInformation> = {}): RunInformation {
  return {
    schemaVersion: SCHEMA_VERSION,
    enigmark: { version: '0.1.0', commit: '0123456789abcdef0123456789abcdef01234567', dirty: false, lockfile_sha256: 'ab'.repeat(32) },
    versions: { node: '24.21.0', v8: '13.6.233.17', libraries: { 'node-seal': '7.0.0' } },
    platform: { system: 'linux', architecture: 'x64' },
    processor: { model: 'Example 9000', cores: 2, features: ['avx2', 'fma'] },
    memory_bytes: 25_769_803_776,
    load: { before: [0.1, 0.2, 0.1], after: [1, 0.6, 0.3] },
    calibration: { before_ns: [50_100_000, 50_000_000, 50_200_000], after_ns: [50_300_000, 50_100_000, 50_200_000] },
    arguments: ['--scheme', 'ckks'],
    seed: 1,
    profile: 'quick',
    sampling: { launches: 1, warmup: 1, budget_ns: 2_000_000_000, precision: 0.02, mostSamples: 1000 },
    startedAt: '2026-01-02T03:04:00.000Z',
    finishedAt: '2026-01-02T03:09:00.000Z',
    cases: { planned: 6, leftOut: [{ id: 'ckks/dense-1024/auto/packed/library/t1', reason: 'longer than the quick profile allows' }] },
    ...changes,
  };
}

/** What every record begins with, without the id. */
function caseFacts() {
  const { schemaVersion, launch, order, scheme, schemeName, family, library, workload, group, layout } = completedRecord();
  const { kernels, threads, encryption, environment, startedAt } = completedRecord();
  const named = { scheme, schemeName, family, library, workload, group, layout };
  return { schemaVersion, launch, order, ...named, kernels, threads, encryption, environment, startedAt };
}

function idOf(record: Completed | WithoutResult): string {
  return caseId({ ...record, parameters: null });
}
