/**
 * Where what enters a circuit stands: one level and scale, whoever sends it and whichever circuits read it.
 *
 * @module
 */
import { EnigmarkError } from '../../errors.ts';
import type { Circuit, Node } from '../../circuit.ts';
import { isFromClient } from './encoded-values.ts';
import type { CircuitProgram, Instruction, Place } from './program.ts';

/** Of what comes from the client. @throws EnigmarkError LEVEL_MISMATCH */
export function expectSamePlaces(programs: readonly CircuitProgram[], circuits: readonly Circuit[]): void {
  const places = new Map<string, Instruction>();
  const sent = programs.flatMap(({ instructions }, at) => instructions.filter(({ node }) => isFromClient(circuits[at]!.nodes[node]!)));
  for (const instruction of sent) {
    if (instruction.op !== 'input') continue;
    const { limbs, scale } = places.get(instruction.port) ?? instruction;
    places.set(instruction.port, instruction);
    if (limbs === instruction.limbs && scale === instruction.scale) continue;
    throw new EnigmarkError('LEVEL_MISMATCH', {
      expected: `one level and scale for port '${instruction.port}' in all circuits that read it`,
      got: 'circuits that read it at different ones',
      remedy: 'send it to a port of its own for each of them',
    });
  }
}

/** All sources of a port meet at one level and scale: the client follows the circuits, which must agree. */
export function meetingPlace(
  node: Extract<Node, { op: 'input' }>,
  fresh: Pick<Place, 'limbs' | 'scale'>,
  sources: ReadonlyMap<string, Place>,
): { readonly limbs: number; readonly scale: number | null } {
  const held = node.sources.flatMap((source) => (source === 'client' ? [] : [sources.get(`${source.circuit}.${source.output}`)]));
  const first = held[0];
  if (held.length === 0) return fresh;
  if (first === undefined || held.some((other) => other?.limbs !== first.limbs || other.scale !== first.scale)) {
    throw new EnigmarkError('LEVEL_MISMATCH', {
      expected: `one level and scale for everything that enters port '${node.port}'`,
      got: 'circuits that leave it at different ones, or a loop that never returns to the client',
      remedy: 'send the value through the client between the circuits, or unroll the loop',
    });
  }
  return { limbs: first.limbs, scale: first.scale };
}
