/** @module */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completedRecord, recordWithoutResult, trainingRecord } from '../../harness/record/record.examples.ts';
import { poolCases } from '../case.ts';
import { accuracyPicture, paretoFront } from './accuracy-picture.ts';
import { coloursOf } from './colours.ts';
import { placeLabels } from './labels.ts';
import { sizeAxis, timeAxis } from './log-axis.ts';
import { networkPictures } from './network-pictures.ts';
import { drawPictures } from './picture.ts';
import { slimSvg } from './slim-svg.ts';
import { trainingPictures } from './training-pictures.ts';

/** Relative luminance of WCAG 2. */
function luminance(colour: string): number {
  const channels = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = channels.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

describe('colours', () => {
  it('belong to schemes, whatever else is in the run, and can be told from white and dark pages', () => {
    const { domain, range } = coloursOf(['tfhe', 'mine', 'ckks', 'bfv', 'bgv', 'yours']);
    expect(range[domain.indexOf('ckks')]).toBe(coloursOf(['ckks']).range[0]);
    expect(new Set(range).size).toBe(range.length);
    // Names that every object has.
    expect(coloursOf(['constructor', '__proto__']).range).toEqual([expect.stringMatching(/^#/), expect.stringMatching(/^#/)]);
    for (const colour of range) {
      expect((luminance('#ffffff') + 0.05) / (luminance(colour) + 0.05)).toBeGreaterThanOrEqual(3);
      expect((luminance(colour) + 0.05) / (luminance('#14171b') + 0.05)).toBeGreaterThanOrEqual(3);
    }
  });
});

describe('accuracy against time', () => {
  it('shows no row in which the client takes part beside those in which it does not', () => {
    const shown = (help?: 'activation') => {
      const other = completedRecord({ scheme: 'bfv', schemeName: 'bfv', ...(help === undefined ? {} : { help, interactive: true }) });
      return accuracyPicture(poolCases([completedRecord(), other]), 'dense-784x10', coloursOf(['ckks', 'bfv']));
    };
    expect(shown()).not.toBeNull();
    expect(shown('activation')).toBeNull();
  });
});

describe('the Pareto front', () => {
  const point = fc.record({ time_ns: fc.integer({ min: 1, max: 20 }), accuracy: fc.integer({ min: 0, max: 10 }) });

  it('is what no other point beats', () => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 30 }), (points) => {
        const beaten = ({ time_ns, accuracy }: { time_ns: number; accuracy: number }) =>
          points.some(
            (other) => other.time_ns <= time_ns && other.accuracy >= accuracy && (other.time_ns < time_ns || other.accuracy > accuracy),
          );
        const words = (some: typeof points) => [...new Set(some.map((one) => `${one.time_ns} ${one.accuracy}`))].sort();
        expect(words([...paretoFront(points)])).toEqual(words(points.filter((one) => !beaten(one))));
      }),
    );
  });
});

describe('axes and names', () => {
  it('hold every value between round ends, with few marks', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 1e15, noNaN: true }), { minLength: 1 }), (values) => {
        for (const { domain, ticks } of [timeAxis(values), sizeAxis(values)]) {
          expect(domain[0]).toBeLessThanOrEqual(Math.min(...values) * (1 + 1e-8));
          expect(domain[1]).toBeGreaterThanOrEqual(Math.max(...values) * (1 - 1e-8));
          expect(ticks.length).toBeLessThanOrEqual(4);
        }
      }),
    );
  });

  it('of points in one place do not lie upon each other', () => {
    const placed = placeLabels(
      ['one', 'two', 'three'].map((words) => ({ words, x: 100, y: 100 })),
      640,
    );
    expect(new Set(placed.map(({ align, dy }) => `${align} ${dy}`)).size).toBe(3);
  });
});

describe('pictures of a run', () => {
  const records = [
    completedRecord(),
    completedRecord({ scheme: 'bfv', schemeName: 'bfv', batch: 2 }),
    completedRecord({ scheme: 'bgv', schemeName: 'bgv' }),
  ];

  it('are drawn alike every time, each with its data inside', async () => {
    const [first, second] = [await drawPictures(networkPictures(records)), await drawPictures(networkPictures(records))];
    expect(first.map(({ name }) => name)).toEqual(['accuracy-dense-784x10', 'stages-dense-784x10', 'sizes-dense-784x10']);
    expect(second).toEqual(first);
    for (const { svg, spec } of first) {
      expect(svg).toMatch(/^<svg /);
      expect(JSON.stringify(spec)).not.toContain('"url"');
    }
  });

  it('have a file of their own, also where names differ in case alone', async () => {
    const both = ['My net', 'my-net'].flatMap((workload) =>
      records.map((record) => ({ ...record, workload, id: `${record.id} ${workload}` })),
    );
    const names = (await drawPictures(networkPictures(both))).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['stages-my-net', 'stages-my-net-2']));
  });

  it('are whole drawings whatever the names hold: XML has no control characters', async () => {
    const hostile = completedRecord({ scheme: 'x\u001b[2J', schemeName: 'x\u001b[2J', workload: 'net\u0007' });
    const drawn = await drawPictures(networkPictures([hostile, completedRecord({ workload: 'net\u0007' })]));
    expect(drawn.length).toBeGreaterThan(0);
    for (const { svg, spec } of drawn) expect(svg + JSON.stringify(spec)).not.toMatch(/\p{Cc}|\\u001b/u);
    expect(drawn.some(({ svg }) => svg.includes('\\x1b[2J'))).toBe(true);
  });

  it('are none where there is nothing to compare', () => {
    expect(networkPictures([completedRecord()])).toEqual([]);
    expect(networkPictures([])).toEqual([]);
  });
});

describe('pictures of trainings', () => {
  const whole = trainingRecord();
  const { history } = whole.training;

  it('have loss and accuracies of every epoch, of the encrypted training and of both references', async () => {
    const [drawn] = await drawPictures(trainingPictures([whole, completedRecord()]));
    expect(drawn!.title).toBe('training-logistic-digits: training under CKKS, library kernels');
    const { hconcat } = drawn!.spec as unknown as {
      hconcat: { data: { values: unknown }; layer: { encoding: { y: { field: string } } }[] }[];
    };
    const of = (quality: 'loss' | 'training' | 'heldOut') => history.map((epoch) => ({ epoch: epoch.epoch, ...epoch[quality] }));
    expect(hconcat.map(({ data }) => data.values)).toEqual([of('loss'), of('training'), of('heldOut')]);
    for (const { layer } of hconcat)
      expect(layer.map(({ encoding }) => encoding.y.field).sort()).toEqual(['encrypted', 'polynomial', 'sigmoid']);
    expect(drawn!.svg).toMatch(/^<svg /);
  });

  it('show what was done of one that was cut off, and need two epochs', () => {
    const { id, workload, layout } = whole;
    const cut = (epochs: number) => recordWithoutResult('failed', { id, workload, layout, epochs: history.slice(0, epochs) });
    expect(trainingPictures([cut(2)])[0]!.caption).toContain('The training is failed');
    expect(trainingPictures([cut(1)])).toEqual([]);
    expect(trainingPictures([completedRecord()])).toEqual([]);
  });
});

describe('a drawing without what is not seen', () => {
  it('keeps places, colours and the font, and leaves words alone', () => {
    const words = 'M1.23456 class="x" opacity="1"';
    const group = `<g class="a" transform="translate(1.23456,2)"><path class="background" aria-hidden="true" d="M0,0h1v1h0Z"/><text font-family="f" opacity="1">${words}</text></g>`;
    expect(slimSvg(`<svg class="marks"><g fill="none"><g class="b">${group}<g class="empty"></g></g></g></svg>`)).toBe(
      `<svg><g font-family="f" fill="currentColor" font-size="12px"><g transform="translate(1.23,2)"><text>${words}</text></g></g></svg>`,
    );
  });

  it('writes lines that are alike as one path, and round points as circles', () => {
    const line = (x: number, more: string) => `<line transform="translate(${x},0)" x2="0" y2="-9" ${more}/>`;
    const lines = [line(0, 'stroke="a"'), line(5, 'stroke="a"'), line(7, 'stroke="b"'), '<line transform="translate(1,1)" stroke="a"/>'];
    const point = '<path transform="translate(3,4)" d="M2,0A2,2,0,1,1,-2,0A2,2,0,1,1,2,0" fill="a" stroke-width="2"/>';
    const joined = '<path d="M0 0v-9M5 0v-9" stroke="a"/><path d="M7 0v-9" stroke="b"/><circle cx="3" cy="4" r="2" fill="a"/>';
    const outside = 'fill="currentColor" font-size="12px"';
    expect(slimSvg(`<svg><g fill="none">${lines.join('')}${point}</g></svg>`)).toBe(`<svg><g ${outside}>${joined}</g></svg>`);
  });

  it('fills nothing that was not filled, and shows no word that was not seen', () => {
    const inside = '<path d="M0,0L1,1L2,0" stroke="a"/><text opacity="0" fill="currentColor">hidden</text>';
    expect(slimSvg(`<svg><g fill="none">${inside}</g></svg>`)).toBe(
      '<svg><g fill="currentColor" font-size="12px"><path fill="none" d="M0,0L1,1L2,0" stroke="a"/></g></svg>',
    );
  });
});
