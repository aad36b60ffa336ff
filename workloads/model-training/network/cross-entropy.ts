/**
 * Cross-entropy of softmax probabilities with smoothed labels (Szegedy et al., CVPR 2016, section 7): smoothing keeps logits small.
 *
 * @module
 */

/** Mean over the batch of the loss; `gradient` is filled with its gradient in the logits. */
export function crossEntropy(logits: Float64Array, labels: Uint8Array, smoothing: number, gradient: Float64Array): number {
  const batch = labels.length;
  const classes = logits.length / batch;
  let loss = 0;
  for (let sample = 0; sample < batch; sample++) {
    const row = logits.subarray(sample * classes, (sample + 1) * classes);
    const largest = Math.max(...row);
    let sum = 0;
    for (const logit of row) sum += Math.exp(logit - largest);
    for (let index = 0; index < classes; index++) {
      const target = smoothing / classes + (index === labels[sample] ? 1 - smoothing : 0);
      const logProbability = row[index]! - largest - Math.log(sum);
      loss -= (target * logProbability) / batch;
      gradient[sample * classes + index] = (Math.exp(logProbability) - target) / batch;
    }
  }
  return loss;
}
