/**
 * What planning is decided by where no workload says otherwise.
 *
 * @module
 */
import type { Layout } from '../workload.ts';

/**
 * In the batched layout a scheme multiplies by whole numbers: so it multiplies by the plan's own. As many bits as keep a digit network's
 * classes, and few enough for exact sums. Packed weights are encoded by the slot, and rounded there.
 */
export const REAL_WEIGHT_BITS: Readonly<Record<Layout, number | null>> = { batched: 10, packed: null, interleaved: null };

/** Every activation of that degree or less is one product (`plan-network.ts`). */
export const LEAST_DEGREE = 2;
