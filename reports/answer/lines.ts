/**
 * The answer as lines of plain text, the same on a terminal and in a report.
 *
 * @module
 */
import { printable } from '../../harness/record/printable.ts';
import { formatQuantity } from '../quantity.ts';
import { lengthOf, wrap } from '../formats/text-lines.ts';
import type { AnswerRow, NetworkAnswer } from './answer.ts';
import { MOST_POINTS_LOST } from './candidate.ts';

/** Where there is more room it is not used: lines of one answer belong together. */
export const MOST_WIDTH = 100;
const INDENT = '  ';
const GAPS = ['  ', ' '] as const;
const MOST_LINES_NOT_SHOWN = 2;
/** Of predictions, whose reasons are what a dry run is made for. */
const MOST_LINES_OF_PREDICTIONS = 8;
const LEGEND = `Least server time among rows that compare: the same network, 128 bits or more, one thread, no interaction, at most ${MOST_POINTS_LOST} points of accuracy lost in conversion; of batches, the time of one sample. Converted: right classes once the network is what the scheme computes, still in the clear, and the points that this lost. As planned: encrypted results with the class of the converted network.`;

const PREDICTED_LEGEND = `Predicted from plans, on one thread of the machine that the cost tables were measured on; nothing was encrypted, and the float network was not timed. Least server time of one sample among plans of the same network at 128 bits or more, without interaction, with at most ${MOST_POINTS_LOST} points of accuracy lost in conversion. Converted: right classes once the network is what the scheme computes, in the clear, and the points that this lost; of outputs that are no classes R2 against float (1: the same), the largest difference and its root mean square. Result: exact (whole numbers, equal to the converted network's), approx. (a small error beside it), noisy (now and then off by a step).`;

const INTERACTIVE =
  'interactive, not compared with the rows above: the client takes part between layers, waits once a round, and sees values that tell of the model';

interface AnswerColumn {
  readonly title: string;
  readonly isFigure: boolean;
  readonly read: (row: AnswerRow) => string;
}

const COLUMNS: readonly AnswerColumn[] = [
  { title: '', isFigure: false, read: ({ question }) => question },
  { title: '', isFigure: false, read: ({ name }) => name },
  { title: 'Server', isFigure: true, read: ({ server_ns }) => formatQuantity(server_ns, 'nanoseconds') },
  { title: '', isFigure: true, read: ({ factor }) => (factor === null ? '' : `${formatQuantity(factor, 'factor')} float`) },
  { title: 'Client', isFigure: true, read: ({ client_ns }) => (client_ns === null ? '-' : formatQuantity(client_ns, 'nanoseconds')) },
  { title: 'Keys', isFigure: true, read: ({ keys_bytes }) => formatQuantity(keys_bytes, 'bytes') },
  { title: 'As planned', isFigure: true, read: ({ encryption }) => encryption ?? '-' },
  { title: 'Converted', isFigure: false, read: ({ conversion }) => conversion ?? '-' },
];
/** Of predictions: what a plan knows, and no client's time. */
const PREDICTED_COLUMNS: readonly AnswerColumn[] = [
  ...COLUMNS.slice(0, 3),
  { title: 'Keys', isFigure: true, read: ({ keys_bytes }) => formatQuantity(keys_bytes, 'bytes') },
  { title: 'Traffic', isFigure: true, read: ({ traffic_bytes = 0 }) => formatQuantity(traffic_bytes, 'bytes') },
  { title: 'Memory', isFigure: true, read: ({ memory_bytes = 0 }) => formatQuantity(memory_bytes, 'bytes') },
  { title: 'Result', isFigure: false, read: ({ encryption }) => encryption ?? '-' },
  { title: 'Converted', isFigure: false, read: ({ conversion }) => conversion ?? '-' },
];
/** Where the terminal is too narrow, titles of columns that leave, in this order. */
const LEAVING = ['Keys', 'Client', 'Memory', 'Traffic', 'As planned', 'Converted'];

/** None for no networks. `width`: columns of the terminal, of which at most 100 are used. */
export function answerLines(answers: readonly NetworkAnswer[], width = MOST_WIDTH): readonly string[] {
  if (answers.length === 0) return [];
  const most = Math.min(width, MOST_WIDTH);
  const { columns, widths, gap, hidden } = fit(answers, most);
  const remark = hidden.length === 0 ? '' : ` Hidden, terminal too narrow: ${hidden.join(', ')}.`;
  const line = (cells: readonly string[]): string =>
    `${INDENT}${cells.map((cell, at) => pad(cell, columns[at]!, widths[at]!)).join(gap)}`.trimEnd();
  return [
    ...wrap(`${answers[0]!.isPredicted ? PREDICTED_LEGEND : LEGEND}${remark}`, most, ''),
    '',
    line(columns.map(({ title }) => title)),
    ...answers.flatMap((answer) => [
      ...wrap(printable(headOf(answer)), most, '    '),
      ...answer.rows.map((row) => line(columns.map(({ read }) => printable(read(row))))),
      ...(answer.interactive.length === 0 ? [] : wrap(INTERACTIVE, most - INDENT.length, '  ').map((words) => INDENT + words)),
      ...answer.interactive.map((row) => line(columns.map(({ read }) => printable(read(row))))),
      ...notShownLines(answer, most),
    ]),
  ];
}

/** `cnn-relu: 97.8% in float, 89.5 µs an image; least traffic of one image: CKKS packed, 385 KiB` */
function headOf({ workload, isPredicted, noun, float, float_ns, rows, leastTraffic }: NetworkAnswer): string {
  const right = float === null ? null : `${formatQuantity(float, 'share')} in float`;
  const time = float_ns === null ? null : `${formatQuantity(float_ns, 'nanoseconds')} ${noun === 'image' ? 'an' : 'a'} ${noun}`;
  const facts = [
    [right, time === null || right !== null ? time : `${time} in float`].filter((words) => words !== null).join(', '),
    leastTraffic === null ? '' : `least traffic of one ${noun}: ${leastTraffic.name}, ${formatQuantity(leastTraffic.bytes, 'bytes')}`,
    rows.length === 0 ? 'no row that may be compared' : '',
  ].filter((words) => words !== '');
  const name = isPredicted ? `${workload}, predicted` : workload;
  return facts.length === 0 ? name : `${name}: ${facts.join('; ')}`;
}

/** As many reasons as there is room for; of the others their number. */
function notShownLines({ notShown: items, isPredicted }: NetworkAnswer, width: number): readonly string[] {
  const most = isPredicted ? MOST_LINES_OF_PREDICTIONS : MOST_LINES_NOT_SHOWN;
  const place = isPredicted ? 'in the table' : 'in the report';
  for (let shown = items.length; shown > 0; shown--) {
    const more = items.length - shown;
    const words = `${items.slice(0, shown).join('; ')}${more === 0 ? '' : `; and ${more} more ${place}`}`;
    const lines = wrap(printable(`not shown: ${words}`), width - INDENT.length, INDENT).map((line) => INDENT + line);
    if (lines.length <= most) return lines;
    if (shown === 1) return [...lines.slice(0, most - 1), ending(lines[most - 1]!, width, place)];
  }
  return [];
}

function ending(line: string, width: number, place: string): string {
  const rest = ` ... (whole ${place})`;
  return `${line.slice(0, width - rest.length)}${rest}`;
}

interface Fitted {
  readonly columns: readonly AnswerColumn[];
  readonly widths: readonly number[];
  readonly gap: string;
  /** Titles of columns that left. */
  readonly hidden: readonly string[];
}

/** Narrow gaps first, then fewer columns. */
function fit(answers: readonly NetworkAnswer[], width: number): Fitted {
  const all = (answers[0]!.isPredicted ? PREDICTED_COLUMNS : COLUMNS).filter((column) => columnWidth(column, answers) > 0);
  for (let left = 0; ; left++) {
    const hidden = LEAVING.slice(0, left).filter((title) => all.some((column) => column.title === title));
    const columns = all.filter(({ title }) => title === '' || !hidden.includes(title));
    const widths = columns.map((column) => columnWidth(column, answers));
    const cells = widths.reduce((sum, cell) => sum + cell, INDENT.length);
    const gap = GAPS.find((candidate) => cells + candidate.length * (columns.length - 1) <= width);
    if (gap !== undefined || left === LEAVING.length) return { columns, widths, gap: gap ?? GAPS[0], hidden };
  }
}

/** 0: no row has it. */
function columnWidth({ title, read }: AnswerColumn, answers: readonly NetworkAnswer[]): number {
  return Math.max(
    lengthOf(title),
    ...answers.flatMap(({ rows, interactive }) => [...rows, ...interactive].map((row) => lengthOf(printable(read(row))))),
  );
}

function pad(cell: string, { isFigure }: AnswerColumn, width: number): string {
  const space = ' '.repeat(width - lengthOf(cell));
  return isFigure ? space + cell : cell + space;
}
