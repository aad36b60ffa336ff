/**
 * Mini-batch training. Deterministic: order, augmentation and first weights depend on the seed alone.
 *
 * @module
 */
import { imageValues, type LabelledImages } from '../../data/images.ts';
import { Random } from '../../data/random.ts';
import type { Layer } from '../../network/network.ts';
import { Adam } from './adam.ts';
import { type Augmentation, Augmenter } from './augmentation.ts';
import { crossEntropy } from './cross-entropy.ts';
import type { Trainable } from './trainable.ts';

export interface TrainingSettings {
  readonly seed: number;
  readonly epochs: number;
  /**
   * Last epochs in which layers are settled and images are as they are: many squares one behind the other make much of small differences,
   * between the statistics of a batch and of all images, and between an image and its changed copies, which are less sharp. Left out: 0.
   */
  readonly settledEpochs?: number;
  readonly batch: number;
  /** Rises over the first epoch, then falls to zero along half a cosine (Loshchilov and Hutter, ICLR 2017). */
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Factor of the outputs before softmax: weights between -1 and 1 cannot choose it themselves. */
  readonly logitScale: number;
  /** Share of the label that is spread over all classes. */
  readonly labelSmoothing: number;
  /** null: images as they are. */
  readonly augmentation: Augmentation | null;
  /** Pixels become 0 below a half and 1 above, after augmentation: `binaryImageValues` of a changed image. */
  readonly binarised: boolean;
}

export function forward(layers: readonly Trainable[], input: Float64Array, batch: number, training: boolean): Float64Array {
  return layers.reduce((values, layer) => layer.forward(values, batch, training), input);
}

function backward(layers: readonly Trainable[], gradient: Float64Array): void {
  layers.reduceRight((values, layer) => layer.backward(values), gradient);
}

function binarise(values: Float64Array): void {
  for (let index = 0; index < values.length; index++) values[index] = values[index]! < 0.5 ? 0 : 1;
}

function learningRate({ learningRate: peak }: TrainingSettings, step: number, stepsPerEpoch: number, steps: number): number {
  const rising = Math.min(1, (step + 1) / stepsPerEpoch);
  return (rising * peak * (1 + Math.cos((Math.PI * step) / steps))) / 2;
}

/** Trains `layers` in place on square images; calls `onEpoch` with the mean loss of each epoch. */
export function trainNetwork(
  layers: readonly Trainable[],
  images: LabelledImages,
  settings: TrainingSettings,
  onEpoch: (epoch: number, loss: number) => void,
): void {
  const { seed, epochs, batch, augmentation } = settings;
  const values = images.pixelsPerImage;
  const order = Random.from(seed, 'training order');
  const augmenter = augmentation === null ? null : new Augmenter(augmentation, Math.sqrt(values), Random.from(seed, 'augmentation'));
  const samples = Array.from({ length: images.count }, (_, index) => imageValues(images, index));
  const adam = new Adam(layers.flatMap(({ parameters }) => parameters));
  const input = new Float64Array(batch * values);
  const labels = new Uint8Array(batch);
  const gradient = new Float64Array(batch * layers.at(-1)!.outputs);
  const stepsPerEpoch = Math.floor(images.count / batch);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const isSettled = epoch >= epochs - (settings.settledEpochs ?? 0);
    if (isSettled) for (const layer of layers) layer.settle?.();
    const permutation = order.permutation(images.count);
    let loss = 0;
    for (let step = 0; step < stepsPerEpoch; step++) {
      for (let place = 0; place < batch; place++) {
        const index = permutation[step * batch + place]!;
        const copy = input.subarray(place * values, (place + 1) * values);
        if (augmenter === null || isSettled) copy.set(samples[index]!);
        else augmenter.draw(samples[index]!, copy);
        labels[place] = images.labels[index]!;
      }
      if (settings.binarised) binarise(input);
      const logits = forward(layers, input, batch, true).map((output) => settings.logitScale * output);
      loss += crossEntropy(logits, labels, settings.labelSmoothing, gradient) / stepsPerEpoch;
      backward(
        layers,
        gradient.map((slope) => settings.logitScale * slope),
      );
      adam.step(learningRate(settings, epoch * stepsPerEpoch + step, stepsPerEpoch, epochs * stepsPerEpoch), settings.weightDecay);
    }
    onEpoch(epoch, loss);
  }
}

/** What the layers have learned, as layers of a network. */
export function finished(layers: readonly Trainable[]): readonly Layer[] {
  const finish: Layer[] = [];
  for (const layer of layers) layer.finish(finish);
  return finish;
}
