/**
 * A comparison as tables: one line a case, and one for each cost that changed.
 *
 * @module
 */
import { figure, missing, text, type Cell, type Table } from '../table.ts';
import type { ComparedCase } from './comparison.ts';

export function comparisonTables(compared: readonly ComparedCase[]): readonly Table[] {
  const costs = compared.flatMap((one) => one.costs.map((change) => ({ id: one.id, ...change })));
  return [timesTable(compared), ...(costs.length === 0 ? [] : [costsTable(costs)])];
}

function timesTable(compared: readonly ComparedCase[]): Table {
  return {
    title: 'Server times, new over base',
    caption: [
      "Ratio of the medians of launches [95% interval]: 1.10x takes 10% longer. Faster and slower: p below 5% after Holm's correction over all cases, and a change of 3% or more. Costs: how many of those that a plan fixes (operations, bytes, depth) changed.",
    ],
    columns: [
      { id: 'case', title: 'Case', unit: null, weight: 'key', sampled: false },
      { id: 'verdict', title: 'Verdict', unit: null, weight: 'key', sampled: false },
      { id: 'ratio', title: 'Ratio', unit: 'factor', weight: 'figure', sampled: true },
      { id: 'p', title: 'p (Holm)', unit: 'probability', weight: 'figure', sampled: false },
      { id: 'paired', title: 'In turns', unit: null, weight: 'detail', sampled: false },
      { id: 'costs', title: 'Costs changed', unit: 'count', weight: 'figure', sampled: false },
    ],
    rows: compared.map(({ id, verdict, reason, time, adjustedP, costs }) => {
      const cells: Cell[] = [
        text(id),
        text(verdict, reason),
        time === null ? missing() : figure(time.ratio, null, time.interval),
        adjustedP === null ? missing() : figure(adjustedP),
        time === null ? missing() : text(time.paired ? 'yes' : 'no'),
        figure(costs.length),
      ];
      return { id, n: null, cells };
    }),
  };
}

function costsTable(costs: readonly { readonly id: string; readonly cost: string; readonly base: number; readonly next: number }[]): Table {
  return {
    title: 'Costs that changed',
    caption: ['Operations and bytes of one batch, as the plan has them: exact, on every machine.'],
    columns: [
      { id: 'case', title: 'Case', unit: null, weight: 'key', sampled: false },
      { id: 'cost', title: 'Cost', unit: null, weight: 'key', sampled: false },
      { id: 'base', title: 'Base', unit: 'count', weight: 'figure', sampled: false },
      { id: 'new', title: 'New', unit: 'count', weight: 'figure', sampled: false },
      { id: 'ratio', title: 'Ratio', unit: 'factor', weight: 'figure', sampled: false },
    ],
    rows: costs.map(({ id, cost, base, next }) => ({
      id,
      n: null,
      cells: [text(id), text(cost), figure(base), figure(next), base === 0 ? missing('there was none') : figure(next / base)],
    })),
  };
}
