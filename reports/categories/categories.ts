/**
 * The study's question as a table: which category of schemes suits a network, what it costs there, and why the others cannot.
 *
 * @module
 */
import type { LaunchRecord, MeasuredRecord } from '../../harness/record/record.ts';
import { median } from '../../harness/record/statistics.ts';
import { isExclusion, judge, type Candidate } from '../answer/candidate.ts';
import { baselinesOf } from '../baseline.ts';
import { isOracle, poolCases, type ReportCase } from '../case.ts';
import { approximationsIn, tableLayersIn } from '../conversion/activations.ts';
import { conversionOf, conversionWords } from '../conversion/conversion.ts';
import { formatTally } from '../quantity.ts';
import { figure, missing, text, type Cell, type Column, type Row, type Table } from '../table.ts';
import { CATEGORIES, categoriesIn, MEANINGS, type Category } from './category.ts';

const columns: readonly Column[] = [
  { id: 'workload', title: 'Network', unit: null, weight: 'key', sampled: false },
  { id: 'category', title: 'Category', unit: null, weight: 'key', sampled: false },
  { id: 'best', title: 'Row', unit: null, weight: 'key', sampled: false },
  { id: 'activations', title: 'Activations', unit: null, weight: 'figure', sampled: false },
  { id: 'depth', title: 'Depth', unit: 'count', weight: 'figure', sampled: false },
  { id: 'server_per_sample', title: 'Server per sample', unit: 'nanoseconds', weight: 'figure', sampled: false },
  { id: 'overhead', title: 'Overhead', unit: 'factor', weight: 'figure', sampled: false },
  { id: 'traffic_per_sample', title: 'Traffic per sample', unit: 'bytes', weight: 'figure', sampled: false },
  { id: 'rounds', title: 'Rounds', unit: 'count', weight: 'figure', sampled: false },
  { id: 'results', title: 'Results', unit: null, weight: 'figure', sampled: false },
  { id: 'converted', title: 'Converted', unit: null, weight: 'figure', sampled: false },
  { id: 'as_planned', title: 'As planned', unit: null, weight: 'figure', sampled: false },
];

/** Null where fewer than two categories of schemes ran: there is nothing to compare. */
export function categoriesTable(records: readonly LaunchRecord[]): Table | null {
  const categories = categoriesIn(records);
  if (new Set(categories.values()).size < 2) return null;
  const cases = poolCases(records).filter(({ facts }) => !isOracle(facts) && categories.has(facts.scheme));
  const networks = [...Map.groupBy(cases, ({ facts }) => facts.workload)].filter(([, same]) => same.some(isNetwork));
  const baselines = baselinesOf(records);
  return {
    title: 'Categories of schemes',
    caption: [
      `What each category can do: ${CATEGORIES.map((name) => `${name}: ${MEANINGS[name]}`).join('; ')}.`,
      'Of each category the rows with the least server time: for one sample and, where that is less for each, for many at once; without help from the client and with it. Rounds: times that the client waits for the server; above one it takes part in between and learns what the rounds show it. Traffic: up and down, keys apart. Depth: multiplications or tables in a row. Results: exact whole numbers, real numbers with a small error, or predicted where noise changes some by design. Converted: accuracy once the network is what the scheme computes, and what that lost; as planned: encrypted results with the same class.',
    ],
    columns,
    rows: networks.flatMap(([workload, same]) => {
      const float = baselines.get(workload);
      const float_ns = float === undefined ? null : median(float.map((samples) => median(samples)));
      return CATEGORIES.flatMap((category) => {
        const own = same.filter(({ facts }) => categories.get(facts.scheme) === category);
        return own.length === 0 ? [] : rowsOf(workload, category, own, float_ns);
      });
    }),
  };
}

/** Vectors under an activation alone have no classes, and no question of a network. */
function isNetwork({ facts }: ReportCase): boolean {
  return facts.group !== 'activation';
}

function rowsOf(workload: string, category: Category, cases: readonly ReportCase[], float_ns: number | null): readonly Row[] {
  const judged = cases.filter(({ state }) => state === 'completed').map(judge);
  const candidates = judged.flatMap((verdict) => (isExclusion(verdict) ? [] : [verdict]));
  const [alone = [], together = []] = [false, true].map((isInteractive) =>
    bestOf(candidates.filter((one) => one.isInteractive === isInteractive)),
  );
  const key = [text(workload), text(category)];
  const rows = [...alone, ...together].map((one) => candidateRow(key, one, float_ns));
  if (alone.length > 0) return rows;
  const reason = judged.find(isExclusion)?.reason ?? cases.find(({ state }) => state !== 'completed')?.note ?? 'it was not asked for';
  const cells = [...key, text('none without help', reason), ...columns.slice(key.length + 1).map(() => missing())];
  return [{ id: `${workload} ${category}`, n: null, cells }, ...rows];
}

/** For one sample, and for many at once where that is less for each. */
function bestOf(candidates: readonly Candidate[]): readonly Candidate[] {
  const one = fastest(candidates.filter(({ batch }) => batch === 1));
  const many = fastest(candidates.filter(({ batch }) => batch > 1));
  const isWorth = many !== undefined && (one === undefined || many.serverPerSample_ns < one.serverPerSample_ns);
  return [...(one === undefined ? [] : [one]), ...(isWorth ? [many] : [])];
}

function fastest(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.toSorted((left, right) => left.serverPerSample_ns - right.serverPerSample_ns)[0];
}

function candidateRow(key: readonly Cell[], candidate: Candidate, float_ns: number | null): Row {
  const { name, batch, serverPerSample_ns, traffic_bytes, rounds, representative, reportCase } = candidate;
  const conversion = conversionOf(representative);
  const cells = [
    ...key,
    text(batch === 1 ? name : `${name}, ${batch.toLocaleString('en-US')} at once`),
    text(activationWords(representative)),
    figure(representative.depth),
    figure(serverPerSample_ns),
    float_ns === null ? missing() : figure(serverPerSample_ns / float_ns),
    figure(traffic_bytes / batch),
    figure(rounds),
    text(resultWords(candidate)),
    conversion === null ? missing() : text(conversionWords(conversion)),
    agreementCell(representative),
  ];
  return { id: reportCase.id, n: reportCase.comparable.length, cells };
}

/** What stands in the place of the network's activations. */
function activationWords({ data, help }: MeasuredRecord): string {
  if (help === 'activation') return 'by the client';
  const degrees = [...new Set(approximationsIn(data).map(({ degree }) => degree))].sort((left, right) => left - right);
  if (degrees.length > 0) return `polynomials of degree ${degrees.join(', ')}`;
  return tableLayersIn(data).length > 0 ? 'by table' : 'as they are';
}

function resultWords({ isExact, representative }: Candidate): string {
  if (isExact) return 'exact';
  return (representative.noisy ?? null) === null ? 'small error' : 'predicted';
}

function agreementCell({ accuracy }: MeasuredRecord): Cell {
  return accuracy === null || accuracy.agreement === null ? missing() : text(formatTally(accuracy.agreement, accuracy.samples, null));
}
