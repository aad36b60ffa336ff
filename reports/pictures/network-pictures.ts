/**
 * What networks cost, drawn: times by stage, sizes, and accuracy against time; a picture of each for every network.
 *
 * @module
 */
import type { LaunchRecord } from '../../harness/record/record.ts';
import { isOracle, poolCases, type ReportCase } from '../case.ts';
import { caseName } from '../answer/candidate.ts';
import { latencyTable } from '../latency.ts';
import { memoryTable } from '../memory.ts';
import type { Cell, Table } from '../table.ts';
import { trafficTable } from '../traffic.ts';
import { fileNameOf } from '../file-name.ts';
import { coloursOf, type ColourScale } from './colours.ts';
import { dotPanels, panelRow } from './dot-panels.ts';
import { accuracyPicture } from './accuracy-picture.ts';
import { sizeAxis, timeAxis, type LogAxis } from './log-axis.ts';
import type { Picture } from './picture.ts';

/** Columns of the tables, and what stands over a panel. */
const STAGES = { server: 'Server', encrypt: 'Encrypt', load: 'Load', evaluate: 'Evaluate', store: 'Store', decrypt: 'Decrypt' };
const MEMORY = { evaluator: 'Evaluator', client: 'Client', peak_resident: 'Process, peak' };
const TRAFFIC = { keys: 'All keys', input_per_sample: 'Input, a sample', output_per_sample: 'Output, a sample' };

/** In the order of the tables; none of the oracle, and none that would have a single point. */
export function networkPictures(records: readonly LaunchRecord[]): readonly Picture[] {
  const shown = records.filter((record) => !isOracle(record));
  const colours = coloursOf(shown.map(({ schemeName }) => schemeName));
  const tables = { latency: latencyTable(shown), memory: memoryTable(shown), traffic: trafficTable(shown) };
  const cases = poolCases(shown).map((reportCase, index) => ({ reportCase, index }));
  const byWorkload = Map.groupBy(cases, ({ reportCase }) => reportCase.facts.workload);
  return [...byWorkload].flatMap(([workload, same]) => {
    const panels = (table: Table, titles: Readonly<Record<string, string>>) =>
      same.flatMap(({ reportCase, index }) =>
        Object.entries(titles).flatMap(([id, panel]) => {
          const { schemeName } = reportCase.facts;
          return panelRow({ case: pictureName(reportCase), scheme: schemeName, panel }, cellAt(table, index, id)) ?? [];
        }),
      );
    const file = fileNameOf(workload);
    const accuracy = accuracyPicture(
      same.map(({ reportCase }) => reportCase),
      workload,
      colours,
    );
    return [
      ...(accuracy === null ? [] : [accuracy]),
      ...drawn(panels(tables.latency, STAGES), STAGES, colours, timeAxis, {
        name: `stages-${file}`,
        title: `${workload}: time of one batch, by stage`,
        caption:
          'Medians with their 95% interval; of two samples both ends. Server is load, evaluate and store together. Every axis is logarithmic.',
      }),
      ...drawn([...panels(tables.memory, MEMORY), ...panels(tables.traffic, TRAFFIC)], { ...MEMORY, ...TRAFFIC }, colours, sizeAxis, {
        name: `sizes-${file}`,
        title: `${workload}: memory and traffic`,
        caption: 'Memory of each side, and what passes between them. Every axis is logarithmic; 0 bytes have no point.',
      }),
    ];
  });
}

function drawn(
  rows: Parameters<typeof dotPanels>[0]['rows'],
  titles: Readonly<Record<string, string>>,
  colours: ColourScale,
  axisOf: (values: readonly number[]) => LogAxis,
  words: Omit<Picture, 'spec'>,
): readonly Picture[] {
  if (new Set(rows.map((row) => row.case)).size < 2) return [];
  return [{ ...words, spec: dotPanels({ rows, panels: Object.values(titles), colours, axisOf }) }];
}

/** `CKKS packed`, `CKKS packed, library kernels`, `CKKS packed, 2 threads` */
export function pictureName(reportCase: ReportCase): string {
  const { kernels, threads, encryption } = reportCase.facts;
  const remarks = [
    ...(kernels === 'library' ? ['library kernels'] : []),
    ...(threads === 1 ? [] : [`${threads} threads`]),
    ...(encryption === 'public' ? ['public key'] : []),
  ];
  return [caseName(reportCase), ...remarks].join(', ');
}

function cellAt(table: Table, row: number, column: string): Cell {
  return table.rows[row]!.cells[table.columns.findIndex(({ id }) => id === column)]!;
}
