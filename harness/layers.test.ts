/**
 * Layers point one way: reports -> records; harness -> workloads -> the contract; schemes know nothing of networks. The same holds for
 * the rooms inside them.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import {
  findCycles,
  findOversized,
  findWrongImports,
  isForTests,
  readImportGraph,
  type ImportGraph,
  type Rooms,
} from './import-graph.fixture.ts';

/** The contract, and what helps adapters to keep it. */
const CONTRACT = 'schemes/*';
/** All that workloads and the lower rooms of the harness know of schemes. */
const FACE = 'schemes/{circuit,scheme,errors,refuse,sparse-matrix,nearest-names}.ts';
const RLWE_BASE = 'schemes/rlwe/{numbers,program,kernel}/**';
const SEAL_SCHEME = [CONTRACT, 'schemes/seal/**', 'schemes/rlwe/**'];
const PARAMETERS = 'schemes/tfhe/parameters.ts';
const PAILLIER_BASE = 'schemes/paillier/{parameters,slots}.ts';

const ROOMS: Rooms = [
  ['reports/**', ['harness/record/*', 'schemes/{errors,nearest-names}.ts']],

  ['harness/record/**', [FACE, 'workloads/network/file/network-file.ts']],
  ['harness/launch/**', [FACE, 'schemes/{registry,envelope,security}.ts', 'workloads/**', 'harness/record/**']],
  ['harness/run/**', [FACE, 'schemes/registry.ts', 'workloads/**', 'harness/{record,launch}/**']],
  ['harness/cluster/**', [FACE, 'harness/{record,run}/**']],
  ['harness/terminal/**', [FACE, 'reports/formats/text-lines.ts', 'harness/{record,launch,run}/**']],
  ['harness/doctor/**', [FACE, 'schemes/registry.ts', 'reports/**', 'harness/record/**']],
  ['harness/new-scheme/**', [FACE, 'harness/record/**']],
  // What is measured of TFHE alone is no part of the contract.
  [
    'harness/commands/tfhe-bootstraps.ts',
    [FACE, 'harness/commands/{usage,invocation}.ts', 'schemes/tfhe/{measure,model,kernel}/**', PARAMETERS],
  ],
  [
    'harness/commands/**',
    [FACE, 'schemes/registry.ts', 'workloads/**', 'reports/**', 'harness/{record,launch,run,cluster,terminal,doctor,new-scheme}/**'],
  ],
  ['harness/*', [FACE, 'schemes/registry.ts', 'workloads/**', 'reports/**', 'harness/**']],

  ['workloads/network/file/**', [FACE, 'workloads/network/*']],
  ['workloads/network/*', [FACE]],
  ['workloads/onnx/**', [FACE, 'workloads/network/**']],
  ['workloads/plan/polynomial/**', [FACE, 'workloads/plan.ts', 'workloads/network/**', 'workloads/plan/*']],
  ['workloads/plan/tables/**', [FACE, 'workloads/plan.ts', 'workloads/network/**', 'workloads/plan/*', 'workloads/plan/polynomial/**']],
  ['workloads/plan/packed/**', [FACE, 'workloads/plan.ts', 'workloads/network/**', 'workloads/plan/*', 'workloads/plan/polynomial/**']],
  ['workloads/plan/bootstrap/**', [FACE, 'workloads/*', 'workloads/network/**', 'workloads/plan/**']],
  ['workloads/plan/search/**', [FACE, 'workloads/network/**', 'workloads/plan/*', 'workloads/plan/tables/**']],
  ['workloads/plan/client/**', [FACE, 'workloads/*', 'workloads/network/**', 'workloads/data/random.ts', 'workloads/plan/**']],
  ['workloads/plan/*', [FACE, 'workloads/*', 'workloads/data/random.ts', 'workloads/network/**', 'workloads/plan/**']],
  ['workloads/training/**', [FACE, 'workloads/{data,network,training}/**']],
  ['workloads/model-training/**', [FACE, 'workloads/**']],
  [
    'workloads/**',
    [FACE, 'workloads/*', 'workloads/{network,onnx,data,plan,models,activation,attention,cnn,dense,mlp,own,primitives,training}/**'],
  ],

  ['schemes/rlwe/numbers/**', [CONTRACT]],
  ['schemes/rlwe/program/**', [CONTRACT]],
  ['schemes/rlwe/kernel/**', [CONTRACT]],
  ['schemes/rlwe/ring/**', [CONTRACT, RLWE_BASE]],
  ['schemes/rlwe/bootstrap/**', [CONTRACT, 'schemes/rlwe/{numbers,program}/**']],
  ['schemes/rlwe/compile/**', [CONTRACT, RLWE_BASE, 'schemes/rlwe/{ring,bootstrap}/**', 'schemes/rlwe/wire/seal-layout.ts']],
  ['schemes/rlwe/wire/**', [CONTRACT, RLWE_BASE, 'schemes/rlwe/ring/**']],
  ['schemes/rlwe/evaluate/**', [CONTRACT, RLWE_BASE, 'schemes/rlwe/{ring,wire,bootstrap}/**']],
  ['schemes/seal/**', [CONTRACT, 'schemes/rlwe/**']],
  ['schemes/ckks/**', SEAL_SCHEME],
  ['schemes/bfv/**', SEAL_SCHEME],
  ['schemes/bgv/**', SEAL_SCHEME],
  [PARAMETERS, [CONTRACT]],
  ['schemes/tfhe/wire/**', [CONTRACT, PARAMETERS]],
  ['schemes/tfhe/kernel/**', [CONTRACT, PARAMETERS, 'schemes/tfhe/wire/**']],
  ['schemes/tfhe/library/**', [CONTRACT, PARAMETERS, 'schemes/tfhe/wire/**']],
  ['schemes/tfhe/model/**', [CONTRACT, PARAMETERS, 'schemes/tfhe/{wire,kernel}/**']],
  ['schemes/tfhe/primitives/**', [CONTRACT, PARAMETERS, 'schemes/tfhe/{wire,kernel,library,model}/**']],
  ['schemes/tfhe/measure/**', [CONTRACT, PARAMETERS, 'schemes/tfhe/{wire,kernel,library,model}/**']],
  ['schemes/tfhe/*', [CONTRACT, 'schemes/tfhe/**']],
  ['schemes/paillier/numbers/**', [CONTRACT]],
  [PAILLIER_BASE, [CONTRACT, 'schemes/paillier/numbers/**']],
  ['schemes/paillier/kernel/**', [CONTRACT, 'schemes/paillier/numbers/**']],
  ['schemes/paillier/wire/**', [CONTRACT, PAILLIER_BASE, 'schemes/paillier/numbers/**']],
  ['schemes/paillier/program/**', [CONTRACT, PAILLIER_BASE]],
  ['schemes/paillier/evaluate/**', [CONTRACT, PAILLIER_BASE, 'schemes/paillier/{numbers,kernel,wire,program}/**']],
  ['schemes/paillier/*', [CONTRACT, 'schemes/paillier/**']],
  ['schemes/hybrid/**', [CONTRACT, 'schemes/{hybrid,seal,rlwe,ckks,tfhe}/**']],
  ['schemes/clear/**', [CONTRACT]],
  ['schemes/conformance/circuits/**', [CONTRACT, 'schemes/conformance/*']],
  ['schemes/conformance/claims/**', [CONTRACT, 'schemes/conformance/*', 'schemes/conformance/circuits/**']],
  ['schemes/conformance/*', [CONTRACT, 'schemes/clear/**', 'schemes/conformance/{circuits,claims}/**']],
  ['schemes/registry.ts', ['schemes/**']],
  [CONTRACT, []],
];

const MOST = { files: 25, lines: 300 };

const everything = readImportGraph();
/** Without tests, benches and what serves them: these may look at everything. */
const sources: ImportGraph = new Map([...everything].filter(([file]) => !isForTests(file)));

/** The sources, with one import more. */
function withImport(file: string, imported: string): ImportGraph {
  return new Map(sources).set(file, [...sources.get(file)!, imported]);
}

describe('layers', () => {
  it('are seen: files, and imports of every kind', () => {
    expect(sources.size).toBeGreaterThan(300);
    // Of a value, of a type, and when a client is made.
    expect(sources.get('harness/run/run.ts')).toEqual(expect.arrayContaining(['harness/run/runner.ts', 'harness/launch/messages.ts']));
    expect(sources.get('schemes/ckks/scheme.ts')).toContain('schemes/seal/client.ts');
  });

  it('point one way', () => {
    expect(findWrongImports(sources, ROOMS)).toEqual([]);
  });

  it.each([
    ['across layers', 'workloads/plan/range.ts', 'harness/record/record.ts'],
    ['between rooms', 'schemes/rlwe/compile/cost.ts', 'schemes/rlwe/evaluate/divide.ts'],
    ['between schemes', 'schemes/tfhe/client.ts', 'schemes/seal/client.ts'],
  ])('a wrong import is found: %s', (_, file, imported) => {
    expect(findWrongImports(withImport(file, imported), ROOMS)).toContain(`${file} imports ${imported}`);
  });

  it('a folder that nobody has thought of has no room', () => {
    expect(findWrongImports(new Map([['schemes/elgamal/scheme.ts', []]]), ROOMS)).toEqual(['schemes/elgamal/scheme.ts has no room']);
  });
});

describe('cycles', () => {
  it('there are none, of types either, in tests either', () => {
    expect(findCycles(everything)).toEqual([]);
  });

  it('are found, over several files too', () => {
    const [file, below] = ['schemes/rlwe/ring/ntt.ts', 'schemes/rlwe/ring/ring.ts'];
    expect(findCycles(withImport(file, below)).some((group) => group.includes(file) && group.includes(below))).toBe(true);
  });
});

describe('sizes', () => {
  it('no file and no folder is too large to keep in mind', () => {
    expect(findOversized([...everything.keys()], MOST)).toEqual([]);
  });

  it('are counted', () => {
    const file = 'harness/launch/session.ts';
    expect(findOversized([file], { files: 1, lines: 100 })).toEqual([file]);
    expect(findOversized([file, 'harness/launch/launch.ts'], { files: 1, lines: 300 })).toEqual(['harness/launch has 2 files']);
  });
});

describe('libraries', () => {
  it('node-seal keeps to its room', () => {
    const strangers = [...sources].filter(
      ([file, imports]) => !file.startsWith('schemes/seal/') && imports.some((name) => name.startsWith('node-seal')),
    );
    expect(strangers.map(([file]) => file)).toEqual([]);
  });

  it('paillier-bigint makes keys, and is the evaluator of kernels library', () => {
    const users = [...sources].filter(([, imports]) => imports.includes('paillier-bigint'));
    expect(users.map(([file]) => file).sort()).toEqual(['schemes/paillier/key-generation.ts', 'schemes/paillier/library-evaluator.ts']);
  });

  it('node-tfhe keeps to its rooms', () => {
    const users = [...sources].filter(([, imports]) => imports.includes('node-tfhe'));
    expect(users.map(([file]) => file).sort()).toEqual(['schemes/tfhe/library/instance.ts', 'schemes/tfhe/library/runtime.ts']);
  });
});
