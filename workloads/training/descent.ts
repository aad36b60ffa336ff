/**
 * How weights follow gradients: what the owner of the data does in the clear between two updates.
 *
 * @module
 */

export type Method = 'gradient' | 'nesterov';

export interface DescentRule {
  readonly method: Method;
  /** Times the mean gradient of a batch. */
  readonly rate: number;
}

/** What the client keeps between updates. */
export interface DescentState {
  /** Updates so far. */
  readonly updates: number;
  /** Where the next gradient is taken: what is sent. */
  readonly point: Float64Array;
  /** The model. */
  readonly weights: Float64Array;
  /** Nesterov's sequence before the next update. */
  readonly lambda: number;
}

export function startDescent(weights: Float64Array): DescentState {
  return { updates: 0, point: weights, weights, lambda: 0 };
}

/**
 * One update by the sum of gradients of `samples` samples at `state.point`.
 *
 * Nesterov's accelerated gradient: lambda' = (1 + sqrt(1 + 4 lambda^2)) / 2, the step ends at `weights`, and the next gradient is taken
 * beyond it, farther along by (lambda - 1) / lambda'' of the last step (Bubeck, "Convex Optimization", 2015, section 3.7).
 */
export function descend({ method, rate }: DescentRule, state: DescentState, gradient: Float64Array, samples: number): DescentState {
  const weights = state.point.map((value, at) => value - (rate * gradient[at]!) / samples);
  const updates = state.updates + 1;
  if (method === 'gradient') return { updates, point: weights, weights, lambda: 0 };
  const beyond = momentum(state.lambda);
  const point = weights.map((value, at) => value + beyond * (value - state.weights[at]!));
  return { updates, point, weights, lambda: nextLambda(state.lambda) };
}

/** How far beyond the step, in steps, the gradients behind each of the first `updates` updates are taken. */
export function momenta({ method }: DescentRule, updates: number): readonly number[] {
  let lambda = 0;
  return Array.from({ length: updates }, () => {
    if (method === 'gradient') return 0;
    const beyond = momentum(lambda);
    lambda = nextLambda(lambda);
    return beyond;
  });
}

function momentum(lambda: number): number {
  const now = nextLambda(lambda);
  return (now - 1) / nextLambda(now);
}

function nextLambda(lambda: number): number {
  return (1 + Math.sqrt(1 + 4 * lambda * lambda)) / 2;
}

/** Which rows each update of an epoch takes: from `first` on, `count` of them. */
export interface Batch {
  readonly first: number;
  readonly count: number;
}

/**
 * All rows, in batches of at most `most`. The last reaches back where it would be smaller, so that all are equal: rows in between are read
 * twice in an epoch. Order and batches are the same in every epoch, so that ciphertexts of samples are sent once.
 */
export function batchesOf(rows: number, most: number): readonly Batch[] {
  const count = Math.min(rows, most);
  const updates = Math.ceil(rows / count);
  return Array.from({ length: updates }, (_, index) => ({ first: Math.min(index * count, rows - count), count }));
}
