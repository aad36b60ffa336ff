/**
 * A plan with a trunk, its noise drawn in the clear: the trunk's errors and the switch's are drawn together where values arrive at the head.
 *
 * @module
 */
import type { Circuit, Values } from '../../circuit.ts';
import { isRefusal, type Compiled, type Simulated, type Simulator, type SimulatorOptions } from '../../scheme.ts';
import { SCALE_UNITS } from '../../tfhe/model/scales.ts';
import { createSimulator as createTableSimulator } from '../../tfhe/simulator.ts';
import { prepareTrunk } from './clear-trunk.ts';
import { findCrossing } from './crossing.ts';
import type { TrunkProgram } from './plan.ts';

export function createTrunkSimulator(compiled: Compiled, circuits: readonly Circuit[], options: SimulatorOptions): Simulator {
  const crossing = findCrossing(circuits);
  if (isRefusal(crossing)) throw new Error(`circuits that were not compiled: ${crossing.reason}`);
  const { trunk, head, output, port, products } = crossing;
  const evaluateTrunk = prepareTrunk(products);
  const program = compiled.evaluator as TrunkProgram;
  const tables = createTableSimulator(program.head, [head], options);
  const step = head.nodes.find((node) => node.op === 'input')!.type.step!;
  /** Of one sum, in counted units of the head. */
  const deviation = (Math.sqrt(program.arrivalVariance) * SCALE_UNITS) / (program.units * step);
  return {
    load: (_port, values) => ({ simulated: values }),
    async run(circuit, inputs) {
      if (circuit === trunk.id) {
        const bundles = Object.entries(inputs).map(([name, { simulated }]) => [name, simulated as readonly Values[]] as const);
        return { [output]: { simulated: evaluateTrunk(Object.fromEntries(bundles)) } };
      }
      const sums = Object.values(inputs)[0]!.simulated as Float64Array;
      const arrived = Array.from(sums, (sum) => Float64Array.of(sum / step + deviation * options.normal()));
      return tables.run(circuit, { [port]: tables.load(port, arrived) } satisfies Record<string, Simulated>);
    },
    read: (name, bundle) => tables.read(name, bundle),
  };
}
