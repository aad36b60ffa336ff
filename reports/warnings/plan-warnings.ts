/**
 * What a plan makes of its network, and how it ran: warnings that one record is enough for.
 *
 * @module
 */
import type { MeasuredRecord } from '../../harness/record/record.ts';
import { median } from '../../harness/record/statistics.ts';
import { approximationsIn } from '../conversion/activations.ts';
import { conversionOf, LEAST_R2, pointsLost } from '../conversion/conversion.ts';
import { formatQuantity } from '../quantity.ts';
import { isInsecure } from '../case.ts';
import type { Warning } from './list.ts';

type Seen = Pick<Warning, 'code' | 'seen'>;

/** Percentage points: less is what quantising to a few bits may cost, or one way or the other by chance. */
const TOLERATED_LOSS = 1;

/** `float 92.6%, converted 47.2%: 45.4 points lost (relu: relu by a polynomial of degree 2, off by at most 0.251 on [-4, 4])` */
export function accuracyLostIn(record: MeasuredRecord): Seen | null {
  const conversion = conversionOf(record);
  if (conversion === null) return null;
  const lost = pointsLost(conversion);
  if (lost <= TOLERATED_LOSS) return null;
  const [float, planned] = [conversion.float, conversion.planned].map((share) => formatQuantity(share, 'share'));
  const polynomials = approximationsIn(record.data).map(({ words }) => words);
  const why = polynomials.length === 0 ? 'no activation was replaced: numbers of few bits or tables' : polynomials.join(', ');
  return { code: 'ACCURACY_LOST', seen: `float ${float}, converted ${planned}: ${lost.toFixed(1)} points lost (${why})` };
}

/** `planned outputs meet 12.0% of the variance of the float ones; they are off by up to 14.9` */
export function planningErrorIn({ accuracy }: MeasuredRecord): Seen | null {
  const { heldOut, planning } = accuracy ?? {};
  if (heldOut != null || planning === undefined || planning.r2 === null || planning.r2 >= LEAST_R2) return null;
  const met = planning.r2 <= 0 ? 'none' : formatQuantity(planning.r2, 'share');
  const off = formatQuantity(planning.largest, 'error');
  return { code: 'PLANNING_ERROR', seen: `planned outputs meet ${met} of the variance of the float ones; they are off by up to ${off}` };
}

/** `the float network is right on 6 of 200` */
export function otherImagesIn({ data }: MeasuredRecord): Seen | null {
  const [, right] = /images are of another kind: in the clear it is right on (\d+ of \d+)/.exec(data) ?? [];
  return right === undefined ? null : { code: 'OTHER_IMAGES', seen: `the float network is right on ${right}` };
}

/** `14 samples leave the range of layer 'a'` */
export function passedRangesIn({ accuracy }: MeasuredRecord): Seen | null {
  const [worst] = (accuracy?.passedRanges ?? []).toSorted((left, right) => right.samples - left.samples);
  if (worst === undefined) return null;
  return { code: 'RANGE_PASSED', seen: `${worst.samples} samples leave the range of layer '${worst.layer}'` };
}

export function insecureIn({ parameters, security: { bits } }: MeasuredRecord): Seen | null {
  if (!isInsecure(parameters, bits)) return null;
  return { code: 'INSECURE_PARAMETERS', seen: `parameters ${parameters.id}, ${bits === null ? 'of unknown security' : `${bits} bits`}` };
}

export function fallbackIn({ kernels, path }: MeasuredRecord): Seen | null {
  return kernels === 'own' && path === 'fallback'
    ? { code: 'FALLBACK_KERNELS', seen: 'our kernels were asked for and could not run' }
    : null;
}

/** `before it has data the client takes 396 ms for each batch` */
export function madeAheadIn({ stages: { offline } }: MeasuredRecord): Seen | null {
  if (offline === undefined || offline === null) return null;
  return {
    code: 'MADE_AHEAD',
    seen: `before it has data the client takes ${formatQuantity(median(offline.samples_ns), 'nanoseconds')} for each batch`,
  };
}

/** `the class changes in 14 of 2,000 draws, outputs are off by 0.21 (root mean square), as predicted` */
export function tableErrorsIn({ noisy }: MeasuredRecord): Seen | null {
  if (noisy === undefined || noisy === null) return null;
  const { draws, agreement, rmsError } = noisy.predicted;
  if (rmsError === 0) return null;
  const off = `outputs are off by ${formatQuantity(rmsError, 'error')} (root mean square)`;
  const changed = agreement === null ? '' : `the class changes in ${changedWords(agreement, draws)}, `;
  return { code: 'TABLE_ERRORS', seen: `${changed}${off}, as predicted` };
}

function changedWords(agreement: number, draws: number): string {
  const changed = Math.round((1 - agreement) * draws);
  return `${formatQuantity(changed, 'count')} of ${formatQuantity(draws, 'count')} draws`;
}
