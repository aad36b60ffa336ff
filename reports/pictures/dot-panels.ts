/**
 * Panels side by side, each with a line for every case: where its figure lies on a logarithmic axis, with its interval.
 *
 * @module
 */
import type { TopLevelSpec } from 'vega-lite';
import type { Cell } from '../table.ts';
import type { ColourScale } from './colours.ts';
import type { LogAxis } from './log-axis.ts';

export interface PanelRow {
  readonly case: string;
  readonly scheme: string;
  readonly panel: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** null: a cell without a figure, or with one that no logarithmic axis has. */
export function panelRow(names: Pick<PanelRow, 'case' | 'scheme' | 'panel'>, cell: Cell): PanelRow | null {
  const [value, low, high] =
    cell.kind === 'figure'
      ? [cell.value, cell.interval?.low ?? cell.value, cell.interval?.high ?? cell.value]
      : cell.kind === 'pair'
        ? [Math.sqrt(cell.values[0] * cell.values[1]), Math.min(...cell.values), Math.max(...cell.values)]
        : [0, 0, 0];
  return value > 0 && low > 0 && Number.isFinite(value) ? { ...names, value, low, high } : null;
}

interface PanelOptions {
  readonly rows: readonly PanelRow[];
  /** From left to right. */
  readonly panels: readonly string[];
  readonly colours: ColourScale;
  readonly axisOf: (values: readonly number[]) => LogAxis;
}

const PANEL_WIDTH = 120;
const ROW_HEIGHT = 20;

export function dotPanels({ rows, panels, colours, axisOf }: PanelOptions): TopLevelSpec {
  const cases = [...new Set(rows.map((row) => row.case))];
  const shown = panels.filter((panel) => rows.some((row) => row.panel === panel));
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    spacing: 26,
    hconcat: shown.map((panel, index) => {
      const inside = rows.filter((row) => row.panel === panel);
      const { domain, ticks, labels } = axisOf(inside.flatMap(({ low, high }) => [low, high]));
      const axis = { title: null, values: [...ticks], labelExpr: labels, labelFlush: true };
      const x = { type: 'quantitative' as const, scale: { type: 'log' as const, domain: [...domain] }, axis };
      return {
        title: { text: panel, anchor: 'start', frame: 'group', fontSize: 12, color: 'currentColor' },
        width: PANEL_WIDTH,
        height: ROW_HEIGHT * cases.length,
        data: { values: inside },
        encoding: {
          y: {
            ...{ field: 'case', type: 'nominal', sort: null, scale: { domain: cases } },
            axis: { title: null, grid: true, ticks: false, domain: false, labels: index === 0 },
          },
          color: { field: 'scheme', type: 'nominal', scale: { domain: [...colours.domain], range: [...colours.range] }, legend: null },
        },
        layer: [
          { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'low', ...x }, x2: { field: 'high' } } },
          { mark: { type: 'point', filled: true, size: 60, opacity: 1 }, encoding: { x: { field: 'value', ...x } } },
        ],
      };
    }),
  };
}
