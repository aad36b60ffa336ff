/** @module */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completedRecord, samplesAround } from '../../harness/record/record.examples.ts';
import { Random } from '../../workloads/data/random.ts';
import { growthPictures } from '../pictures/growth-pictures.ts';
import { drawPictures } from '../pictures/picture.ts';
import { fitPower } from './fit.ts';
import { growthsOf } from './growth.ts';
import { growthTable } from './growth-table.ts';

describe('the power that fits', () => {
  it('is found exactly where points lie on one', () => {
    const exponents = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(exponents, fc.double({ min: 0.1, max: 1e9, noNaN: true }), (exponent, factor) => {
        const fit = fitPower([2, 4, 8, 32].map((size) => ({ size, cost: factor * size ** exponent })))!;
        expect(fit.exponent).toBeCloseTo(exponent, 6);
        expect(fit.factor / factor).toBeCloseTo(1, 6);
        expect(fit.interval!.high - fit.interval!.low).toBeLessThan(1e-3);
      }),
    );
  });

  it('has an interval that holds the true one in about 95% of cases', () => {
    let inside = 0;
    for (let seed = 0; seed < 500; seed++) {
      const random = Random.from(seed, 'growth');
      const { interval } = fitPower(
        [64, 128, 256, 512, 1024].map((size) => ({ size, cost: size ** 1.5 * Math.exp(random.normal(0, 0.1)) })),
      )!;
      if (interval!.low <= 1.5 && 1.5 <= interval!.high) inside++;
    }
    expect(inside / 500).toBeGreaterThan(0.92);
    expect(inside / 500).toBeLessThan(0.98);
  });

  it('is none of one size, and has no interval of two', () => {
    expect(fitPower([{ size: 2, cost: 1 }])).toBeNull();
    expect(
      fitPower([
        { size: 2, cost: 0 },
        { size: 4, cost: 1 },
      ]),
    ).toBeNull();
    expect(
      fitPower([
        { size: 2, cost: 1 },
        { size: 4, cost: 4 },
      ]),
    ).toMatchObject({ exponent: 2, interval: null });
  });
});

describe('a run over sizes', () => {
  const { stages } = completedRecord();
  /** Evaluation quadratic in the width; load and store next to nothing. */
  const records = [64, 128, 256].map((width) =>
    completedRecord({
      workload: `dense-${width}`,
      stages: {
        ...stages,
        load: { samples_ns: samplesAround(1, 15, 0), warmup_ns: [] },
        store: { samples_ns: samplesAround(1, 15, 0), warmup_ns: [] },
        evaluate: { samples_ns: samplesAround(1000 * width ** 2, 15, 0), warmup_ns: [] },
      },
    }),
  );

  it('has a line with its exponents, and a picture', async () => {
    const table = growthTable(records)!;
    expect(table.rows).toHaveLength(1);
    const at = (id: string) => table.rows[0]!.cells[table.columns.findIndex((column) => column.id === id)];
    expect(at('size')).toMatchObject({ text: 'width' });
    expect(at('server')).toMatchObject({ value: expect.closeTo(2, 3) as number });
    expect(at('keys')).toMatchObject({ value: expect.closeTo(0, 6) as number });
    const [drawn] = await drawPictures(growthPictures(records));
    expect(drawn).toMatchObject({ name: 'growth-width-of-dense-packed' });
    expect(drawn!.svg).toContain('CKKS, library: 2.00 [2.00, 2.00]');
  });

  it.each([
    ['width-', 'width'],
    ['depth-', 'depth'],
    ['bits-', 'bits'],
    ['batch-', 'batch'],
    ['activation-sigmoid-', 'degree'],
  ])('over workloads %s...: by %s, in the table and drawn', (begin, size) => {
    const swept = [3, 5, 7].map((value) => completedRecord({ workload: `${begin}${value}` }));
    const table = growthTable(swept)!;
    expect(table.rows.map(({ cells }) => cells[0])).toEqual([expect.objectContaining({ text: size })]);
    const server = table.columns.findIndex(({ id }) => id === 'server');
    expect(table.rows[0]!.cells[server]).toMatchObject({ kind: 'figure', interval: { low: expect.any(Number) as number } });
    expect(growthPictures(swept)).toEqual([expect.objectContaining({ title: expect.stringContaining(`Growth with ${size}`) as string })]);
  });

  it('by ring dimension too, where parameter sets were asked for by name', () => {
    const sets = (asked: (degree: number) => string) =>
      [4096, 8192, 16384].map((degree) => {
        const { id: auto } = completedRecord();
        return completedRecord({ id: auto.replace('/auto/', `/${asked(degree)}/`), parameters: { id: `set-${degree}`, degree } });
      });
    expect(growthTable(sets((degree) => `set-${degree}`))!.rows[0]!.cells[0]).toMatchObject({ text: 'ring dimension' });
    expect(growthTable(sets(() => 'auto'))).toBeNull();
    // Each point has a set of its own: the line has the name of none.
    expect(JSON.stringify(growthPictures(sets((degree) => `set-${degree}`)))).not.toContain('set-4096');
  });

  it('of several parameter sets of one ring dimension by the fastest', () => {
    const { id: auto, stages } = completedRecord();
    const setOf = (degree: number, name: string, factor: number) => {
      const evaluate = { ...stages.evaluate, samples_ns: stages.evaluate.samples_ns.map((time) => time * factor) };
      return completedRecord({
        id: auto.replace('/auto/', `/${name}/`),
        parameters: { id: name, degree },
        stages: { ...stages, evaluate },
      });
    };
    const sets = [setOf(4096, 'small', 1), setOf(8192, 'slow', 9), setOf(8192, 'quick', 2), setOf(16384, 'deep', 4)];
    const [growth, ...others] = growthsOf(sets);
    expect(others).toEqual([]);
    const [first, second, third] = growth!.points.server.map(({ cost }) => cost);
    expect(second! / first!).toBeLessThan(2.1);
    expect(third!).toBeGreaterThan(second!);
  });

  it('by threads too; none where sizes are two, or nothing was varied', () => {
    expect(growthTable([1, 2, 4].map((threads) => completedRecord({ threads })))!.rows[0]!.cells[0]).toMatchObject({ text: 'threads' });
    expect(growthTable(records.slice(1))).toBeNull();
    expect(growthTable([completedRecord()])).toBeNull();
  });
});
