/**
 * Accuracy against time: which rows of a network are worth their time, and the front that no other row beats in both.
 *
 * @module
 */
import { wilsonInterval } from '../../harness/record/statistics.ts';
import { isExclusion, judge, type Candidate } from '../answer/candidate.ts';
import type { ReportCase } from '../case.ts';
import { conversionOf, type Conversion } from '../conversion/conversion.ts';
import { fileNameOf } from '../file-name.ts';
import type { ColourScale } from './colours.ts';
import { placeLabels } from './labels.ts';
import { AXIS_OFFSET, timeAxis } from './log-axis.ts';
import type { Picture } from './picture.ts';

interface Point {
  readonly case: string;
  readonly scheme: string;
  /** Server per sample. */
  readonly time_ns: number;
  /** Shares. */
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

/** Cases are of one network; null: fewer than two rows that compare and have classes. */
export function accuracyPicture(cases: readonly ReportCase[], workload: string, colours: ColourScale): Picture | null {
  const compared = cases
    .filter(({ state }) => state === 'completed')
    .map(judge)
    .flatMap((verdict) => (isExclusion(verdict) || verdict.isInteractive ? [] : [verdict]));
  const conversions = compared.map((candidate) => ({ candidate, conversion: conversionOf(candidate.representative) }));
  const known = conversions.flatMap(({ candidate, conversion }) => (conversion === null ? [] : [{ candidate, conversion }]));
  if (known.length < 2) return null;
  const points = known.map(({ candidate, conversion }) => pointOf(candidate, conversion));
  const { float } = known[0]!.conversion;
  return {
    name: `accuracy-${fileNameOf(workload)}`,
    title: `${workload}: accuracy against time`,
    caption: `Each point is a row that may be compared: its server time for one sample, and the accuracy of its converted network over all held-out samples with a 95% interval. The line is the front: no other row is both faster and as accurate. Dashed: the float network, ${(100 * float).toFixed(1)}%.`,
    spec: specOf(points, float, colours),
  };
}

function pointOf({ name, reportCase, serverPerSample_ns }: Candidate, { planned, samples }: Conversion): Point {
  const { kernels, schemeName } = reportCase.facts;
  const words = kernels === 'library' ? `${name}, library` : name;
  return {
    ...{ case: words, scheme: schemeName, time_ns: serverPerSample_ns, accuracy: planned },
    ...wilsonInterval(Math.round(planned * samples), samples),
  };
}

/** From the fastest on, every point that is more accurate than all faster ones. */
export function paretoFront<P extends { readonly time_ns: number; readonly accuracy: number }>(points: readonly P[]): readonly P[] {
  const fastestFirst = points.toSorted((left, right) => left.time_ns - right.time_ns || right.accuracy - left.accuracy);
  let best = -Infinity;
  return fastestFirst.filter(({ accuracy }) => {
    if (accuracy <= best) return false;
    best = accuracy;
    return true;
  });
}

const WIDTH = 640;
const HEIGHT = 300;
const MOST_TIME_TICKS = 8;

function specOf(points: readonly Point[], float: number, colours: ColourScale): Picture['spec'] {
  const { domain, ticks, labels } = timeAxis(
    points.map(({ time_ns }) => time_ns),
    MOST_TIME_TICKS,
  );
  const shares = [float, ...points.flatMap(({ low, high }) => [low, high])];
  const [least, most] = [Math.min(...shares), Math.max(...shares)];
  const axis = { title: 'Server time of one sample', values: [...ticks], labelExpr: labels, offset: AXIS_OFFSET };
  const x = { field: 'time_ns', type: 'quantitative' as const, scale: { type: 'log' as const, domain: [...domain] }, axis };
  const y = (field: string) => {
    const scale = { domain: [least, most], zero: false, nice: false };
    return { field, type: 'quantitative' as const, scale, axis: { title: 'Accuracy', format: '.1%', tickCount: 6, offset: AXIS_OFFSET } };
  };
  const color = {
    field: 'scheme',
    type: 'nominal' as const,
    scale: { domain: [...colours.domain], range: [...colours.range] },
    legend: null,
  };
  const [first, last] = domain.map(Math.log10);
  const named = placeLabels(
    points.map((point) => ({
      ...point,
      words: point.case,
      x: (WIDTH * (Math.log10(point.time_ns) - first!)) / (last! - first!),
      y: (HEIGHT * (most - point.accuracy)) / (most - least || 1),
    })),
    WIDTH,
  );
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: WIDTH,
    height: HEIGHT,
    data: { values: [...points] },
    layer: [
      {
        data: { values: [{ float }] },
        mark: { type: 'rule', strokeDash: [5, 4], color: 'currentColor', opacity: 0.6 },
        encoding: { y: y('float') },
      },
      {
        data: { values: [...paretoFront(points)] },
        mark: { type: 'line', interpolate: 'step-after', color: 'currentColor', opacity: 0.5, strokeWidth: 1.5 },
        encoding: { x, y: y('accuracy') },
      },
      { mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.5 }, encoding: { x, y: y('low'), y2: { field: 'high' }, color } },
      { mark: { type: 'point', filled: true, size: 80, opacity: 1 }, encoding: { x, y: y('accuracy'), color } },
      ...named.map(({ words, dx, dy, align, time_ns, accuracy }) => ({
        data: { values: [{ words, time_ns, accuracy }] },
        mark: { type: 'text', align, dx, dy, fontSize: 11 } as const,
        encoding: { x, y: y('accuracy'), text: { field: 'words' }, color: { value: 'currentColor' } } as const,
      })),
    ],
  };
}
