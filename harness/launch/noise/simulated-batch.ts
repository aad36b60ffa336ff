/**
 * A plan's actions carried out by a simulator: the session does the same with ciphertexts.
 *
 * @module
 */
import type { Values } from '../../../schemes/circuit.ts';
import type { ClientPlan, Simulated, Simulator } from '../../../schemes/scheme.ts';
import type { Plan } from '../../../workloads/plan.ts';
import { arrange, collect } from '../arrange.ts';
import { answer, type Side } from '../client-round.ts';

interface HeldValue {
  /** The port by which it can be read. */
  readonly port: string;
  readonly bundle: Simulated;
}

/**
 * Outputs of one batch by `Action.download.result`, sample-major, counted in the port's step.
 * @param inputs Numbers of the batch by `Action.upload.data`.
 */
export async function simulateBatch(
  { actions, arrangements, batch }: Plan,
  { ports }: ClientPlan,
  simulator: Simulator,
  inputs: Readonly<Record<string, Values>>,
): Promise<Readonly<Record<string, Values>>> {
  const held = new Map<string, HeldValue>();
  const results: Record<string, Values> = {};
  const sideOf = (name: string): Side => ({ port: ports[name]!, arrangement: arrangements[name] });
  const send = (name: string, port: string, slots: readonly Values[]): void => {
    held.set(name, { port, bundle: simulator.load(port, slots) });
  };
  const read = (name: string): Values[] => simulator.read(held.get(name)!.port, held.get(name)!.bundle);
  for (const action of actions) {
    switch (action.do) {
      case 'upload':
        send(action.held, action.port, arrange(arrangements[action.port]!, ports[action.port]!.shape, inputs[action.data]!));
        break;
      case 'run': {
        const bundles = Object.entries(action.inputs).map(([port, name]) => [port, held.get(name)!.bundle] as const);
        const outputs = await simulator.run(action.circuit, Object.fromEntries(bundles));
        for (const [output, name] of Object.entries(action.outputs)) {
          held.set(name, { port: `${action.circuit}.${output}`, bundle: outputs[output]! });
        }
        break;
      }
      case 'client':
        for (const { of, port, held: name } of action.exchanges) {
          const bundles = of.map(({ from, apply }) => ({ apply, slots: read(from), side: sideOf(held.get(from)!.port) }));
          send(name, port, answer(bundles, sideOf(port), batch));
        }
        break;
      case 'download':
        results[action.result] = collect(arrangements[held.get(action.held)!.port]!, batch, read(action.held));
        break;
      case 'release':
        held.delete(action.held);
    }
  }
  return results;
}
