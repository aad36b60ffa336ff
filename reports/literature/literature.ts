/**
 * Published rows of the same network beside the measured ones. A ratio between them says more of the machines than of the code, and is
 * never printed without saying so.
 *
 * @module
 */
import type { LaunchRecord } from '../../harness/record/record.ts';
import { isExclusion, judge, type Candidate } from '../answer/candidate.ts';
import { conversionOf } from '../conversion/conversion.ts';
import { isOracle, poolCases, securityWords } from '../case.ts';
import { figure, missing, text, type Cell, type Column, type Row, type Table } from '../table.ts';
import { readPublished, type Published } from './published.ts';

const columns: readonly Column[] = [
  { id: 'workload', title: 'Workload', unit: null, weight: 'key', sampled: false },
  { id: 'system', title: 'System', unit: null, weight: 'key', sampled: false },
  { id: 'year', title: 'Year', unit: null, weight: 'figure', sampled: false },
  { id: 'scheme', title: 'Scheme', unit: null, weight: 'key', sampled: false },
  { id: 'batch', title: 'Batch', unit: 'count', weight: 'figure', sampled: false },
  { id: 'latency', title: 'Latency', unit: 'nanoseconds', weight: 'figure', sampled: false },
  { id: 'per_sample', title: 'Per sample', unit: 'nanoseconds', weight: 'figure', sampled: false },
  { id: 'ratio', title: 'Ratio to ours', unit: null, weight: 'figure', sampled: false },
  { id: 'accuracy', title: 'Accuracy', unit: 'share', weight: 'figure', sampled: false },
  { id: 'machine', title: 'Machine', unit: null, weight: 'detail', sampled: false },
  { id: 'threads', title: 'Threads', unit: 'count', weight: 'detail', sampled: false },
  { id: 'security', title: 'Security', unit: null, weight: 'detail', sampled: false },
  { id: 'interactive', title: 'Interactive', unit: null, weight: 'detail', sampled: false },
  { id: 'verified', title: 'Read in', unit: null, weight: 'detail', sampled: false },
  { id: 'source', title: 'Source', unit: null, weight: 'detail', sampled: false },
];

/** Rows of both kinds for every network that has published ones; null: none of the run has. `machine`: of the run. */
export function literatureTable(records: readonly LaunchRecord[], machine: string): Table | null {
  const published = readPublished();
  const cases = poolCases(records).filter(({ facts, state }) => state === 'completed' && !isOracle(facts));
  const candidates = cases.flatMap((reportCase) => {
    const verdict = judge(reportCase);
    return isExclusion(verdict) ? [] : [verdict];
  });
  const byWorkload = Map.groupBy(candidates, ({ reportCase }) => reportCase.facts.workload);
  const rows = [...byWorkload].flatMap(([workload, ours]) => {
    const theirs = published.flatMap((entry) =>
      entry.figures.filter((one) => one.workload === workload).map((one) => publishedRow(entry, one, ours)),
    );
    return theirs.length === 0 ? [] : [...ours.map((candidate) => measuredRow(candidate, machine)), ...theirs];
  });
  if (rows.length === 0) return null;
  return {
    title: 'Beside the literature',
    caption: [
      'Published results of networks with the same layers, beside the comparable rows of this run. Machines, threads, security, data and what a latency includes differ: ratios are of published time per sample over that of our fastest row of the same scheme, kind of batch and interactivity, on another machine. Accuracies are of other weights and other images.',
      'Latency of ours: Server of one batch. Read in: whether the figure was read where it was published, or in a later work that quotes it.',
    ],
    columns,
    rows,
  };
}

function measuredRow({ reportCase, name, batch, serverPerSample_ns, isInteractive, representative }: Candidate, machine: string): Row {
  const { facts } = reportCase;
  const conversion = conversionOf(representative);
  const { bits, assumption } = representative.security;
  const cells: readonly Cell[] = [
    text(facts.workload),
    text(`this run: ${name}${facts.kernels === 'library' ? ', library kernels' : ''}`),
    text(facts.startedAt.slice(0, 4)),
    text(facts.scheme),
    figure(batch),
    figure(serverPerSample_ns * batch),
    figure(serverPerSample_ns),
    missing(),
    conversion === null ? missing() : figure(conversion.planned),
    text(machine),
    figure(facts.threads),
    text(bits === null ? 'none' : assumption === undefined ? `${bits} bits` : securityWords(bits, assumption)),
    text(isInteractive ? 'yes' : 'no'),
    text('measured'),
    text(`${facts.library.name} ${facts.library.version}, kernels: ${facts.kernels}`),
  ];
  return { id: reportCase.id, n: null, cells };
}

function publishedRow(
  entry: Published,
  { workload, schemeName, variant, latency_ns, batch, accuracy }: Published['figures'][number],
  ours: readonly Candidate[],
): Row {
  const { id, system, year, scheme, machine, threads, security, interactive, verified, evidence, source, note } = entry;
  const perSample_ns = batch === null ? null : latency_ns / batch;
  const cells: readonly Cell[] = [
    text(workload),
    text(variant === null ? system : `${variant} (${system})`, note),
    text(year),
    text(scheme),
    batch === null ? missing('batch not found') : figure(batch),
    figure(latency_ns),
    perSample_ns === null ? missing() : figure(perSample_ns),
    ratioCell(
      perSample_ns,
      { schemeName, batch },
      ours.filter(({ isInteractive }) => isInteractive === interactive),
    ),
    accuracy === null ? missing() : figure(accuracy),
    machine === null ? missing('machine not found') : text(machine),
    threads === null ? missing() : figure(threads),
    security === null ? missing('security not found') : text(security),
    text(interactive ? 'yes' : 'no'),
    text(verified === 'source' ? 'the source' : 'a later work', evidence),
    text(source),
  ];
  return { id: `literature/${id}/${workload}`, n: null, cells };
}

/** `0.2x, another machine` */
function ratioCell(
  perSample_ns: number | null,
  { schemeName, batch }: Pick<Published['figures'][number], 'schemeName' | 'batch'>,
  ours: readonly Candidate[],
): Cell {
  const alike = ours.filter(
    ({ reportCase, batch: other }) => reportCase.facts.schemeName === schemeName && (other === 1) === (batch === 1),
  );
  const [fastest] = alike.toSorted((left, right) => left.serverPerSample_ns - right.serverPerSample_ns);
  if (perSample_ns === null || fastest === undefined) return missing();
  const ratio = perSample_ns / fastest.serverPerSample_ns;
  return text(`${Number(ratio.toPrecision(2)).toLocaleString('en-US')}x, another machine`);
}
