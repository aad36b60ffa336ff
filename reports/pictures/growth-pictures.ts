/**
 * Server time against size, with the power that fits: a picture for each size, family and layout.
 *
 * @module
 */
import type { LaunchRecord } from '../../harness/record/record.ts';
import { nameOf, parseCaseId } from '../answer/candidate.ts';
import { fileNameOf } from '../file-name.ts';
import { fitPower } from '../growth/fit.ts';
import { growthsOf, RING, type Growth } from '../growth/growth.ts';
import { formatQuantity } from '../quantity.ts';
import { coloursOf, type ColourScale } from './colours.ts';
import { placeLabels } from './labels.ts';
import { AXIS_OFFSET, timeAxis } from './log-axis.ts';
import type { Picture } from './picture.ts';

export function growthPictures(records: readonly LaunchRecord[]): readonly Picture[] {
  const colours = coloursOf(records.map(({ schemeName }) => schemeName));
  const groups = Map.groupBy(growthsOf(records), ({ size, family, first }) => `${size} of ${family}, ${first.facts.layout ?? 'no layout'}`);
  return [...groups].map(([title, growths]) => ({
    name: `growth-${fileNameOf(title)}`,
    title: `Growth with ${title}`,
    caption:
      'Server time of one sample against the size, both axes logarithmic. Lines are the powers of the size that fit best; their exponents stand at their ends, with 95% intervals.',
    spec: specOf(growths, colours),
  }));
}

const WIDTH = 560;
const HEIGHT = 320;

function specOf(growths: readonly Growth[], colours: ColourScale): Picture['spec'] {
  const points = growths.flatMap(({ first, points: { server } }) =>
    server.map(({ size, cost }) => ({ scheme: first.facts.schemeName, size, time_ns: cost })),
  );
  const { domain, ticks, labels } = timeAxis(
    points.map(({ time_ns }) => time_ns),
    8,
  );
  const sizes = [...new Set(points.map(({ size }) => size))].sort((left, right) => left - right);
  const [least, most] = [sizes[0]!, sizes.at(-1)!];
  const x = {
    field: 'size',
    type: 'quantitative' as const,
    scale: { type: 'log' as const, domain: [least, most], nice: false },
    axis: { title: growths[0]!.size, values: sizes, format: ',d', offset: AXIS_OFFSET },
  };
  const y = {
    field: 'time_ns',
    type: 'quantitative' as const,
    scale: { type: 'log' as const, domain: [...domain] },
    axis: { title: 'Server time of one sample', values: [...ticks], labelExpr: labels, offset: AXIS_OFFSET },
  };
  const color = {
    field: 'scheme',
    type: 'nominal' as const,
    scale: { domain: [...colours.domain], range: [...colours.range] },
    legend: null,
  };
  const [low, high] = domain.map(Math.log10);
  const fits = growths.flatMap(({ size, first, points: { server } }) => {
    const fit = fitPower(server);
    if (fit === null) return [];
    const at = (size: number): number => fit.factor * size ** fit.exponent;
    const { facts, id } = first;
    const parts = parseCaseId(id);
    const name = `${parts === null ? facts.scheme : nameOf({ ...parts, layout: '', ...(size === RING ? { parameters: 'auto' } : {}) }).trim()}${facts.kernels === 'library' ? ', library' : ''}`;
    return [
      {
        scheme: facts.schemeName,
        ends: [least, most].map((size) => ({ size, time_ns: at(size) })),
        words: `${name}: ${formatQuantity(fit.exponent, 'exponent', fit.interval)}`,
        end_ns: at(most),
      },
    ];
  });
  const named = placeLabels(
    fits.map((fit) => ({ ...fit, x: WIDTH, y: (HEIGHT * (high! - Math.log10(fit.end_ns))) / (high! - low!) })),
    WIDTH + 250,
    ['left'],
  );
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: WIDTH,
    height: HEIGHT,
    data: { values: points },
    layer: [
      ...fits.map(({ scheme, ends }) => ({
        data: { values: ends.map((end) => ({ ...end, scheme })) },
        mark: { type: 'line', strokeWidth: 1.5, opacity: 0.6 } as const,
        encoding: { x, y, color },
      })),
      { mark: { type: 'point', filled: true, size: 60, opacity: 1 }, encoding: { x, y, color } },
      ...named.map(({ words, dx, dy, align, end_ns }) => ({
        data: { values: [{ words, size: most, time_ns: end_ns }] },
        mark: { type: 'text', align, dx, dy, fontSize: 11 } as const,
        encoding: { x, y, text: { field: 'words' }, color: { value: 'currentColor' } } as const,
      })),
    ],
  };
}
