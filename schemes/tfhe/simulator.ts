/**
 * A plan with its noise drawn in the clear. The same operations run as in the evaluator, on ciphertexts of one word: the phase, in units of
 * 2^-32, which is what a decryption would find. Linear maps carry the noise on and wrap as the torus does; a bootstrap adds noise before
 * the table is read, reads the polynomial that the kernel reads, and adds noise to what comes out. Noise of fresh ciphertexts is 2^-43
 * of the torus and less, below the unit.
 *
 * @module
 */
import type { Circuit } from '../circuit.ts';
import { References } from '../references.ts';
import type { Compiled, Simulated, Simulator, SimulatorOptions } from '../scheme.ts';
import { CircuitRun, type Lwe, type Machine } from './circuit-run.ts';
import type { TfheProgram } from './program.ts';
import type { Bootstrapper } from './kernel/bootstrap.ts';
import type { LinearMap, LinearRows } from './kernel/linear.ts';
import { bootstrapVariance, keyswitchVariance, maskRoundingVariance } from './model/noise.ts';
import { decode, SCALE_UNITS } from './model/scales.ts';
import type { TfheParameters } from './parameters.ts';

export function createSimulator(compiled: Compiled, circuits: readonly Circuit[], options: SimulatorOptions): Simulator {
  const { parameters, scales, ports } = compiled.evaluator as TfheProgram;
  const memory = new PhaseMemory();
  const references = new References<Lwe>((ciphertext) => memory.free(ciphertext));
  const machine: Machine = {
    polynomialSize: parameters.polynomialSize,
    references,
    counts: { bootstrap: 0, term: 0, addPlain: 0 },
    bootstrapper: simulatedBootstrapper(memory, parameters, options),
    signal: undefined,
    prepare: (rows) => memory.prepare(rows),
    allocate: () => memory.allocate(),
    free: (ciphertext) => memory.free(ciphertext),
  };
  const runs = new Map(circuits.map((circuit) => [circuit.id, new CircuitRun(circuit, scales[circuit.id]!, machine)]));
  return {
    load: (port, values) => {
      const { scale } = ports[port]!;
      const phases = new Int32Array(values.length);
      for (let index = 0; index < phases.length; index++) phases[index] = Number(values[index]![0]) * scale;
      return { simulated: phases };
    },
    async run(circuit, inputs) {
      const loaded = Object.fromEntries(
        Object.entries(inputs).map(([port, bundle]) => {
          const ciphertexts = Array.from(phasesOf(bundle), (phase) => memory.allocate(phase));
          for (const ciphertext of ciphertexts) references.retain(ciphertext);
          return [port, ciphertexts];
        }),
      );
      const outputs = await runs.get(circuit)!.evaluate(loaded, undefined);
      const results = Object.entries(outputs).map(
        ([name, bundle]) => [name, { simulated: memory.read(bundle.map(({ address }) => address)) }] as const,
      );
      for (const ciphertext of [loaded, outputs].flatMap((bundles) => Object.values(bundles).flat())) references.release(ciphertext);
      return Object.fromEntries(results);
    },
    read: (port, bundle) =>
      // The client decrypts in units of 2^-33.
      Array.from(phasesOf(bundle), (phase) => Float64Array.of(decode(2 * phase, ports[port]!, compiled.client.ports[port]!.type))),
  };
}

function phasesOf({ simulated }: Simulated): Int32Array {
  return simulated as Int32Array;
}

/** Phases stand where the evaluator has ciphertexts; whole numbers of 32 bits wrap as the torus does. */
class PhaseMemory {
  #phases = new Int32Array(1024);
  readonly #freed: number[] = [];
  #used = 0;

  allocate(phase = 0): Lwe {
    const address = this.#freed.pop() ?? this.#used++;
    if (address === this.#phases.length) {
      const larger = new Int32Array(2 * address);
      larger.set(this.#phases);
      this.#phases = larger;
    }
    this.#phases[address] = phase;
    return { address };
  }

  free({ address }: Lwe): void {
    this.#freed.push(address);
  }

  read(addresses: readonly number[]): Int32Array {
    const phases = new Int32Array(addresses.length);
    for (let index = 0; index < phases.length; index++) phases[index] = this.#phases[addresses[index]!]!;
    return phases;
  }

  put(address: number, phase: number): void {
    this.#phases[address] = phase;
  }

  prepare({ offsets, indices, weights, constants }: LinearRows): LinearMap {
    // In 32 bits, weights and constants are taken modulo the torus.
    const [wordWeights, wordConstants] = [Int32Array.from(weights), Int32Array.from(constants)];
    return {
      rows: constants.length,
      terms: indices.length,
      apply: (inputs, outputs) => {
        const phases = this.read(inputs);
        for (let row = 0; row < outputs.length; row++) {
          let sum = wordConstants[row]!;
          for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) {
            sum = (sum + Math.imul(wordWeights[entry]!, phases[indices[entry]!]!)) | 0;
          }
          this.put(outputs[row]!, sum);
        }
      },
      free: () => undefined,
    };
  }
}

/** Reads each table at a phase with noise. The rounding of the body is computed, and not drawn. */
function simulatedBootstrapper(memory: PhaseMemory, set: TfheParameters, { normal, onTable }: SimulatorOptions): Bootstrapper {
  const before = SCALE_UNITS * Math.sqrt(keyswitchVariance(set) + maskRoundingVariance(set));
  const behind = SCALE_UNITS * Math.sqrt(bootstrapVariance(set));
  const { polynomialSize } = set;
  const step = SCALE_UNITS / (2 * polynomialSize);
  return {
    apply: (inputs, outputs, polynomial) => {
      const phases = memory.read(inputs);
      const read = phases.map((phase) => {
        const position = Math.round((phase + before * normal()) / step) & (2 * polynomialSize - 1);
        return position < polynomialSize ? polynomial[position]! : -polynomial[position - polynomialSize]!;
      });
      onTable?.(read);
      for (const [index, output] of outputs.entries()) memory.put(output, read[index]! + Math.round(behind * normal()));
      return Promise.resolve();
    },
    dispose: () => undefined,
  };
}
