/**
 * docs/intervals.md: what the intervals are, and the table of their simulated coverage.
 *
 * @module
 */
import {
  coverageIfIndependent,
  coverageOfBlocks,
  coverageOfLaunches,
  coverageOfOneLaunch,
  coverageOfStopping,
  firstOrder,
  slowUnderJitter,
  type Coverage,
} from './coverage.fixture.ts';

/** Of every cell of the page: a share of 95% is then known to 1.4 points. */
export const PAGE_TRIALS = 1000;

const CORRELATIONS = [0, 0.3, 0.67];

/** The page, from so many trials a cell. Takes some minutes for a thousand. */
export function coveragePage(trials: number): string {
  return `# Intervals of a median, and how often they hold

Written by \`npm run intervals\`. Nothing here is measured: times are drawn by a seeded program whose true median is known, so that it
can be counted how often an interval holds it. Each line is ${trials} trials. An interval that says 95% should hold in about 95 of 100.

## What is printed

| From | Interval | Says |
| --- | --- | --- |
| one launch, n below 11 | none | even the range of so few samples misses the median too often |
| one launch, n of 11 to 14 | the range of all samples | where the median of this launch lies |
| one launch, n of 15 and more | moving-block bootstrap, widened | where the median of this launch lies |
| two launches | none | two launches tell too little of how launches differ |
| three launches and more | Student's t over the launches | where the median of the next launch may be expected to lie on average |

Samples taken one after the other are alike: a machine that is slow now is slow a moment later. The **effective n** says how many
independent samples they are worth. It is the lower of two estimates: one from the correlation of the ranks of neighbours, corrected for
the bias that short series give it (Marriott and Pope, Biometrika 41, 1954), one that adds up the correlations over all distances as far
as pairs of them stay positive (Geyer, Statistical Science 7, 1992).

The **moving-block bootstrap** (Künsch, Annals of Statistics 17, 1989) draws stretches of neighbours instead of single samples. Their length
follows from the effective n by the rule of Politis and White (Econometric Reviews 23, 2004). In short series it is too narrow, so its ends
are moved out to the samples that as many independent ones would have for theirs: as many ranks from the middle as Student's t with the
effective n allows. **Over launches**, Student's t is taken over the logarithms of the launches' medians. With three launches its factor is
4.3: wide, and honest.

A launch **stops** when its interval lies within 2% of its median (\`quick\`) or 1% (\`full\`). It is asked at n = 30 for the first time, and
then after half as many samples again: whoever asks early and often stops at a moment of luck, with an interval that is too narrow.

## One launch

\`correlation\` is that of the ranks of neighbours. "Blocks alone" is the moving-block bootstrap before it is widened; "as if independent" is the
plain bootstrap, which takes samples for independent.

${table(['n', 'correlation', 'holds', 'width', 'blocks alone', 'as if independent'], oneLaunch(trials))}

## Several launches

30 samples in each launch, neighbours correlate by 0.67. \`spread\` is the standard deviation of the launches' speeds.

${table(['launches', 'spread', 'holds', 'width'], severalLaunches(trials))}

## Launches that stop when the median is known

\`noise\` scales the times: half of them lie within about 0.7 times as much of the median. At most 1000 samples. The last three lines stop at
45 samples at the latest, as a budget of time would make them.

${table(['within', 'most samples', 'noise', 'correlation', 'holds', 'samples taken'], stopping(trials))}

## Where they do not hold

A machine that slowly changes its speed beneath quick jitter: neighbours correlate by 0.45 only, but samples correlate for dozens of steps. A
short launch cannot see it. This is one more reason to take three launches, and why drift is a warning of its own.

${table(['n', 'holds', 'as if independent'], slowMachine(trials))}
`;
}

function oneLaunch(trials: number): string[][] {
  return [11, 14, 15, 30, 100].flatMap((n) =>
    CORRELATIONS.map((correlation) => {
      const series = firstOrder(correlation, 0.1);
      const coverage = coverageOfOneLaunch(n, series, trials);
      const others = [coverageOfBlocks, coverageIfIndependent].map((coverageOf) => holds(coverageOf(n, series, trials)));
      return [String(n), String(correlation), holds(coverage), width(coverage), ...others];
    }),
  );
}

function severalLaunches(trials: number): string[][] {
  return [3, 5].flatMap((launches) =>
    [0, 0.02, 0.1].map((spread) => {
      const coverage = coverageOfLaunches(launches, spread, 30, firstOrder(0.67, 0.05), trials);
      return [String(launches), percent(spread, 0), holds(coverage), width(coverage)];
    }),
  );
}

function stopping(trials: number): string[][] {
  const whole = [0.02, 0.01].flatMap((precision) => [0.02, 0.05].map((noise) => ({ precision, noise, mostSamples: 1000 })));
  return [...whole, { precision: 0.02, noise: 0.05, mostSamples: 45 }].flatMap(({ precision, noise, mostSamples }) =>
    CORRELATIONS.map((correlation) => {
      const coverage = coverageOfStopping({ precision, mostSamples }, firstOrder(correlation, noise), trials);
      const settings = [percent(precision, 0), String(mostSamples), percent(noise, 0), String(correlation)];
      return [...settings, holds(coverage), coverage.samples.toFixed(0)];
    }),
  );
}

function slowMachine(trials: number): string[][] {
  return [15, 30, 100, 300].map((n) => {
    const series = slowUnderJitter(0.5, 0.9, 0.1);
    return [String(n), holds(coverageOfOneLaunch(n, series, trials)), holds(coverageIfIndependent(n, series, trials))];
  });
}

function holds({ covered }: Coverage): string {
  return covered === null ? 'no interval' : percent(covered, 1);
}

function width({ width }: Coverage): string {
  return width === null ? '-' : percent(width, 1);
}

function percent(share: number, digits: number): string {
  return `${(100 * share).toFixed(digits)}%`;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---:')), ...rows.map(line)].join('\n');
}
