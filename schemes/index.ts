/**
 * What an adapter's author imports from `enigmark`: the contract, envelopes, checks, and the interpreter.
 *
 * @module
 */
export * from './circuit.ts';
export * from './scheme.ts';
export * from './errors.ts';
export { securityOf, type Security } from './security.ts';
export { unknownParameters } from './parameter-choice.ts';
export { refuse, type Place } from './refuse.ts';
export { expectKeys, expectLive } from './guards.ts';
export { open, planDigest, seal, type Envelope, type Expectation } from './envelope.ts';
export { multiplicativeDepth, portsOf, unclaimedOperation } from './analysis.ts';
export { envelopesOf, expectEnvelopes, expectValues, expectWidth, portOf } from './ports.ts';
export { holdBundles, loadEach, type BundleExecutor, type LayerDone } from './held-evaluator.ts';
export type { Primitives } from './eager-primitives.ts';
export { interpret, interpretedCounts } from './interpreter.ts';
export { interpretedPlan, type SchemePlan } from './interpreted-plan.ts';
