/** @module */
import { expect, test } from 'vitest';
import { tableRanges } from '../data/digits.ts';
import { loadMnist } from '../data/mnist.ts';
import { isRefusal } from '../../schemes/scheme.ts';
import { loadModel } from '../models/load-model.ts';
import { chainOf } from '../network/chain.ts';
import { sizeOf } from '../network/shape.ts';
import { quantiseInput } from '../network/quantisation.ts';
import { evaluateNetwork, predictedClass } from '../network/reference.ts';
import { PlannedOutputs } from '../plan/planned-outputs.ts';
import { evaluatePlanned } from '../plan/planned-reference.ts';
import { planTableNetwork } from '../plan/tables/table-network.ts';
import { DIGIT_TABLES, digitNetworks } from './digit-networks.ts';
import { digitSource } from './digit-planning.ts';
import { publishedNetworks } from './published-networks.ts';

const PART = 300;

test.each([...digitNetworks, ...publishedNetworks])(
  '$id by tables is within a point of the float network on held-out images, no sum beyond its range',
  ({ id }) => {
    const { network } = loadModel(id);
    const source = digitSource(network, null);
    const { heldOut } = loadMnist();
    const planned = planTableNetwork(chainOf(network), {
      inputs: sizeOf(network.input.shape),
      quantisation: DIGIT_TABLES,
      rule: tableRanges(source),
    });
    if (isRefusal(planned)) throw new Error(planned.reason);
    const counted = (index: number): Float64Array => quantiseInput(source.pixelsOf(heldOut, index), DIGIT_TABLES.input);
    // Large networks take long in the clear, too.
    const images = publishedNetworks.some((one) => one.id === id) ? PART : heldOut.count;
    let [float, byTables] = [0, 0];
    for (let index = 0; index < images; index++) {
      if (predictedClass(evaluateNetwork(network, source.pixelsOf(heldOut, index))) === heldOut.labels[index]) float++;
      const outputs = evaluatePlanned(planned, counted(index)).at(-1)!;
      if (predictedClass(Float64Array.from(outputs, Number)) === heldOut.labels[index]) byTables++;
    }
    expect(byTables).toBeGreaterThanOrEqual(float - images / 100);
    expect(new PlannedOutputs(planned, images, counted).countOverflows()).toBeLessThanOrEqual(2);
  },
);
