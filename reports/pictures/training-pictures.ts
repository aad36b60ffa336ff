/**
 * How a training went: loss and accuracies after every epoch, encrypted and beside the same training in the clear; a picture of each training.
 *
 * @module
 */
import type { LaunchRecord } from '../../harness/record/record.ts';
import { poolTrainings } from '../case.ts';
import { fileNameOf } from '../file-name.ts';
import { historyOf, type Epoch } from '../training.ts';
import { coloursOf } from './colours.ts';
import { pictureName } from './network-pictures.ts';
import type { Picture } from './picture.ts';

/** A line needs two points. */
const FEWEST_EPOCHS = 2;

/** Of the first launch of each training, also of one that was cut off; none where fewer than two epochs were done. */
export function trainingPictures(records: readonly LaunchRecord[]): readonly Picture[] {
  const colours = coloursOf(records.map(({ schemeName }) => schemeName));
  return poolTrainings(records).flatMap((reportCase) => {
    const [first] = reportCase.launches;
    const history = first === undefined ? [] : historyOf(first);
    if (history.length < FEWEST_EPOCHS) return [];
    const { workload, schemeName } = reportCase.facts;
    // Every training has this layout.
    const name = pictureName(reportCase).replace(' diagonals', '');
    const cutOff = reportCase.state === 'completed' ? '' : ` The training is ${reportCase.state}: these are the epochs that were done.`;
    return [
      {
        name: `training-${fileNameOf(reportCase.id)}`,
        title: `${workload}: training under ${name}`,
        caption: `After every epoch: mean loss of the training samples (of logistic regression cross-entropy in nats), and accuracies. Line with points: weights trained on ciphertexts. Dashed: the same algorithm and polynomial without encryption. Wide and grey: the ordinary training, with the true sigmoid, or ReLU and softmax.${cutOff}`,
        spec: specOf(history, colours.range[colours.domain.indexOf(schemeName)]!),
      },
    ];
  });
}

const WIDTH = 210;
const HEIGHT = 220;
const MOST_EPOCH_TICKS = 6;
const ROUND_STEPS = [1, 2, 5, 10, 20, 50, 100];
/** Axes begin and end at a mark, so that panels are equally high. */
const MARKS = 5;

/** From left to right. */
const PANELS = [
  { title: 'Loss', of: 'loss', format: '.3~f' },
  { title: 'Training accuracy', of: 'training', format: '.1%' },
  { title: 'Held-out accuracy', of: 'heldOut', format: '.1%' },
] as const;

interface Line {
  readonly of: keyof Epoch['loss'];
  readonly mark: { readonly color?: string; readonly opacity: number; readonly strokeWidth: number; readonly strokeDash?: number[] };
}

/** What lies below comes first: encrypted and reference are often one line to the eye. */
const LINES: readonly Line[] = [
  { of: 'sigmoid', mark: { color: 'currentColor', opacity: 0.25, strokeWidth: 6 } },
  { of: 'encrypted', mark: { strokeWidth: 1.5, opacity: 1 } },
  { of: 'polynomial', mark: { color: 'currentColor', opacity: 1, strokeWidth: 1.5, strokeDash: [4, 4] } },
];

function specOf(history: readonly Epoch[], colour: string): Picture['spec'] {
  const least = Math.ceil(history.length / MOST_EPOCH_TICKS);
  const step = ROUND_STEPS.find((round) => round >= least) ?? least;
  const marked = history.map(({ epoch }) => epoch).filter((epoch) => epoch % step === 0);
  const x = {
    ...{ field: 'epoch', type: 'quantitative' as const, scale: { zero: false, nice: false } },
    axis: { title: 'Epoch', values: marked, format: 'd', grid: false },
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    spacing: 26,
    hconcat: PANELS.map(({ title, of, format }) => ({
      title: { text: title, anchor: 'start' as const, frame: 'group' as const, fontSize: 12, color: 'currentColor' },
      width: WIDTH,
      height: HEIGHT,
      data: { values: history.map((epoch) => ({ epoch: epoch.epoch, ...epoch[of] })) },
      layer: LINES.map((line) => {
        const isEncrypted = line.of === 'encrypted';
        const y = {
          ...{ field: line.of, type: 'quantitative' as const, scale: { zero: false, nice: MARKS } },
          axis: { title: null, format, tickCount: MARKS },
        };
        const point = { color: colour, filled: true, size: 40 };
        return {
          mark: { type: 'line' as const, ...line.mark, ...(isEncrypted ? { color: colour, point } : {}) },
          encoding: { x, y },
        };
      }),
    })),
  };
}
