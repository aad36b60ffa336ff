/**
 * The class and nothing else: a network whose outputs are compared under encryption, so that the client learns which is the largest and no
 * output's value. Values tell more than the class: how sure a network is, and in time its weights.
 *
 * Every pair of outputs is compared by a sign. An output that wins against all others is the class: its wins less losses are n - 1, and n - 3
 * at most for the others, which a second sign tells apart. Of equal outputs the first wins, as with a maximum that is searched in order. For
 * ten classes these are 45 and 10 tables behind each other.
 *
 * @module
 */
import { digitRanges, loadDigits, tableRanges } from '../data/digits.ts';
import { loadModel } from '../models/load-model.ts';
import { chosenBits, readQuantisations } from '../models/quantisation.ts';
import { type DenseLayer, type Network, outputCount } from '../network/network.ts';
import { prepareNetwork } from '../plan/network-task.ts';
import type { Layout, Workload } from '../workload.ts';
import { digitQuantisation, INTEGER_DEGREE, digitSource } from './digit-planning.ts';
import { DIGIT_TABLES } from './digit-networks.ts';

/** The network with +1 where its largest output was, and -1 elsewhere. */
export function withClassAlone(network: Network): Network {
  const classes = outputCount(network);
  const pairs = Array.from({ length: classes }, (_, i) =>
    Array.from({ length: classes - 1 - i }, (_, k) => [i, i + 1 + k] as const),
  ).flat();
  const differences = new Float64Array(pairs.length * classes);
  const wins = new Float64Array(classes * pairs.length);
  for (const [pair, [first, second]] of pairs.entries()) {
    for (const [output, sign] of [
      [first, 1],
      [second, -1],
    ] as const) {
      differences[pair * classes + output] = sign;
      wins[output * pairs.length + pair] = sign;
    }
  }
  return {
    ...network,
    layers: [
      ...network.layers,
      dense('differences', classes, differences, new Float64Array(pairs.length)),
      { kind: 'activation', name: 'compare', activation: 'sign' },
      dense('wins', pairs.length, wins, new Float64Array(classes).fill(2 - classes)),
      { kind: 'activation', name: 'class', activation: 'sign' },
    ],
  };
}

function dense(name: string, inputs: number, weights: Float64Array, bias: Float64Array): DenseLayer {
  return { kind: 'dense', name, inputs, outputs: bias.length, weights, bias };
}

/** Of a committed network: with ReLU all of it is looked up; where activations are squares, tables may be the comparisons alone. */
function classAloneOf(id: string, title: string, layouts: readonly Layout[]): Workload {
  return {
    ...{ id: `${id}-class`, group: 'class', title, layouts },
    async prepare(request) {
      const network = withClassAlone(loadModel(id).network);
      const source = digitSource(network, request.dataFolder);
      const task = prepareNetwork(request, {
        ...loadDigits(source, request.seed, network),
        network,
        quantisation: digitQuantisation(chosenBits(readQuantisations()[id]!)),
        tables: { quantisation: DIGIT_TABLES, ranges: () => tableRanges(source) },
        // No polynomial stands for a sign: a scheme without tables refuses before it asks for any range.
        ranges: (arithmetic) => digitRanges(arithmetic, source),
        degree: INTEGER_DEGREE,
      });
      return Promise.resolve(task);
    },
  };
}

export const classesAlone: readonly Workload[] = [
  classAloneOf('cnn-relu', 'Digits, the network with ReLU, of which the client learns the class alone', ['batched']),
  classAloneOf('cnn-tenseal', "Digits, TenSEAL's network, of which the client learns the class alone", ['batched', 'packed']),
  classAloneOf('cnn-cryptonets', "Digits, CryptoNets' network, of which the client learns the class alone", ['batched', 'packed']),
];
