/**
 * Every sample of every case, in the order taken, so that drift and outliers are seen. Drawn by hand, a point in five bytes: a run has
 * a hundred thousand of them.
 *
 * @module
 */
import { batchTimes_ns, SERVER_STAGES } from '../../harness/record/batch-times.ts';
import type { MeasuredRecord, Stage } from '../../harness/record/record.ts';
import { median } from '../../harness/record/statistics.ts';
import type { ReportCase } from '../case.ts';
import { pictureName } from '../pictures/network-pictures.ts';
import { formatQuantity } from '../quantity.ts';
import { html, later, raw, type Html } from './html.ts';

export interface SampledCase {
  readonly reportCase: ReportCase;
  /** Of its place in the page. */
  readonly anchor: string;
  readonly colour: string;
}

/** Rows of a case: the sum that is printed first, and what it is made of. */
const SERIES: readonly (readonly [title: string, stages: readonly Stage[]])[] = [
  ['Server', SERVER_STAGES],
  ['Load', ['load']],
  ['Evaluate', ['evaluate']],
  ['Store', ['store']],
  ['Encrypt', ['encrypt']],
  ['Decrypt', ['decrypt']],
];

/** Of a page: they weigh two or three megabytes. */
const MOST_DOTS = 500_000;

/** Where there are very many samples, those of the sum alone. */
export function samplesSection(cases: readonly SampledCase[]): Html {
  if (cases.length === 0) return html``;
  const batches = cases.reduce((sum, { reportCase }) => sum + batchesOf(reportCase), 0);
  const series = batches * SERIES.length > MOST_DOTS ? SERIES.slice(0, 1) : SERIES;
  const byWorkload = Map.groupBy(cases, ({ reportCase }) => reportCase.facts.workload);
  return html`<section id="samples" aria-labelledby="samples-title">
    <h2 id="samples-title">Samples</h2>
    <p>
      Every time that was measured, in the order taken: a dot for each batch, a line at the median of each launch. Height begins at zero.
    </p>
    ${[...byWorkload].map(
      ([workload, same]) =>
        html`<h3>${workload}</h3>
          ${same.map((one) => sampledCase(one, series))}`,
    )}
  </section>`;
}

function batchesOf({ comparable }: ReportCase): number {
  return comparable.reduce((sum, { stages }) => sum + stages.evaluate.samples_ns.length, 0);
}

function sampledCase({ reportCase, anchor, colour }: SampledCase, series: typeof SERIES): Html {
  const launches = reportCase.comparable;
  const n = batchesOf(reportCase);
  const counted = `${n} ${n === 1 ? 'batch' : 'batches'} in ${launches.length} ${launches.length === 1 ? 'launch' : 'launches'}`;
  return html`<details id="${anchor}" style="color:inherit;--scheme:${colour}">
    <summary>${pictureName(reportCase)}: ${counted}</summary>
    ${later(html`${series.flatMap(([title, stages]) => strip(title, timesOf(launches, stages)) ?? [])}`)}
  </details>`;
}

function timesOf(launches: readonly MeasuredRecord[], stages: readonly Stage[]): readonly (readonly number[])[] {
  return launches.flatMap((launch) => [batchTimes_ns(launch, stages) ?? []]).filter((times) => times.length > 0);
}

const WIDTH = 1000;
const HEIGHT = 100;

/** null: not timed. */
function strip(title: string, launches: readonly (readonly number[])[]): Html | null {
  const all = launches.flat();
  if (all.length === 0) return null;
  const most = all.reduce((largest, time) => Math.max(largest, time), 1);
  const y = (time: number): number => Math.round(HEIGHT * (1 - time / most));
  const dots = dotsPath(all.map((time, index) => [Math.round((WIDTH * (index + 0.5)) / all.length), y(time)]));
  let begin = 0;
  const medians = launches.map((times) => {
    const [from, to] = [Math.round((WIDTH * begin) / all.length), Math.round((WIDTH * (begin + times.length)) / all.length)];
    begin += times.length;
    return `M${from} ${y(median(times))}H${to}`;
  });
  const words = `${title}: median ${formatQuantity(median(launches.map(median)), 'nanoseconds')}, slowest ${formatQuantity(most, 'nanoseconds')}`;
  return html`<figure class="strip">
    <figcaption>${words}</figcaption>
    <svg viewBox="0 -5 ${WIDTH} ${HEIGHT + 10}" preserveAspectRatio="none" role="img" aria-label="${words}">
      <path class="median" d="${raw(medians.join(''))}" />
      <path class="dots" d="${raw(dots)}" />
    </svg>
  </figure>`;
}

/** A closed line of no length for each place, which round ends make a dot; from one place to the next by steps, which are short. */
export function dotsPath(places: readonly (readonly [x: number, y: number])[]): string {
  let [lastX, lastY] = [0, 0];
  return places
    .map(([x, y]) => {
      const [right, down] = [x - lastX, y - lastY];
      [lastX, lastY] = [x, y];
      return `m${right}${down < 0 ? '' : ' '}${down}z`;
    })
    .join('');
}
