/**
 * Exponents of growth, one line for each series of sizes.
 *
 * @module
 */
import type { LaunchRecord } from '../../harness/record/record.ts';
import { schemeOf } from '../case.ts';
import { figure, missing, text, type Cell, type Column, type Table } from '../table.ts';
import { fitPower, type GrowthPoint } from './fit.ts';
import { COSTS, growthsOf } from './growth.ts';

const TITLES = { server: 'Server per sample', memory: 'Memory of the server', keys: 'All keys', input: 'Input per sample' } as const;

/** null: no size was varied. */
export function growthTable(records: readonly LaunchRecord[]): Table | null {
  const growths = growthsOf(records);
  if (growths.length === 0) return null;
  const exponent = (id: keyof typeof TITLES): Column => ({
    id,
    title: `${TITLES[id]}, exponent`,
    unit: 'exponent',
    weight: 'figure',
    sampled: true,
  });
  return {
    title: 'Growth',
    caption: [
      'The cost grows as this power of the size: 2 is four times the cost for twice the size, 0 the same cost. Least squares of logarithms over all sizes, with the 95% interval of the exponent around which they lie. A cost that grows in steps, as keys and memory do, has a wide one.',
    ],
    columns: [
      { id: 'size', title: 'Size', unit: null, weight: 'key', sampled: false },
      { id: 'family', title: 'Of', unit: null, weight: 'key', sampled: false },
      { id: 'scheme', title: 'Scheme', unit: null, weight: 'key', sampled: false },
      { id: 'layout', title: 'Layout', unit: null, weight: 'setting', sampled: false },
      { id: 'kernels', title: 'Kernels', unit: null, weight: 'setting', sampled: false },
      { id: 'from', title: 'From', unit: 'count', weight: 'figure', sampled: false },
      { id: 'to', title: 'To', unit: 'count', weight: 'figure', sampled: false },
      { id: 'sizes', title: 'Sizes', unit: 'count', weight: 'detail', sampled: false },
      ...COSTS.map(exponent),
    ],
    rows: growths.map(({ size, family, first, points }) => {
      const { facts } = first;
      const sizes = points.server.map((point) => point.size);
      const cells: readonly Cell[] = [
        text(size),
        text(family),
        text(schemeOf(facts)),
        text(facts.layout ?? '-'),
        text(facts.kernels),
        figure(Math.min(...sizes)),
        figure(Math.max(...sizes)),
        figure(sizes.length),
        ...COSTS.map((cost) => exponentCell(points[cost])),
      ];
      return { id: `${first.id} by ${size}`, n: sizes.length, cells };
    }),
  };
}

function exponentCell(points: readonly GrowthPoint[]): Cell {
  const fit = fitPower(points);
  return fit === null ? missing() : figure(fit.exponent, points.length, fit.interval);
}
