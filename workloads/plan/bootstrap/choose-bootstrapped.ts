/**
 * Where a network deeper than the modulus is bootstrapped: as seldom as levels allow, and where it costs least.
 *
 * A shortest path: places in front of activations are its nodes, and the time that the scheme predicts for the network up to a place,
 * bootstrapped there, is its length. Behind a bootstrap all levels are there again, whatever came before. So the best way to a place
 * is a beginning of the best way on from it.
 *
 * @module
 */
import type { Node, SlotShape } from '../../../schemes/circuit.ts';
import { refuse } from '../../../schemes/refuse.ts';
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import { appendBootstrap } from '../bootstrap-node.ts';
import type { ChosenPlan } from '../choose.ts';
import { choosePart, type PartsRequest } from '../client/choose-parts.ts';
import type { PlannedPart } from '../planned-network.ts';
import { CIRCUIT, INPUT, OUTPUT } from '../round-trip.ts';
import { beginningUpTo, type BootstrapPlace, bootstrapPlaces, withBootstraps } from './places.ts';

export interface BootstrapRequest extends PartsRequest {
  /** As `compile`, of beginnings of the network, which nobody reads: whatever precision they have. */
  readonly compileBeginning: PartsRequest['compile'];
}

export interface BootstrappedPlan extends ChosenPlan {
  readonly planned: PlannedPart;
}

/** The best way to compute the network up to a place. */
interface Beginning {
  readonly places: readonly BootstrapPlace[];
  readonly time_ns: number;
}

/** Refusals of a shape, not of a network. */
const OF_SHAPES: ReadonlySet<string> = new Set(['SHAPE_UNSUPPORTED', 'BOOTSTRAP_UNSUPPORTED']);

/** Whether anything can be bootstrapped with what the run asks for: kernels, or a set, may not be able to, or memory be too little. */
export function canBootstrap({ scheme, compileBeginning }: Pick<BootstrapRequest, 'scheme' | 'compileBeginning'>): boolean {
  const type = { width: 1, min: -1, max: 1, step: null, bound: 'proven' } as const;
  return scheme.shapes.some((shape) => {
    const nodes: Node[] = [{ op: 'input', port: INPUT, sources: ['client'], type, layer: INPUT }];
    const outputs = { [OUTPUT]: appendBootstrap(nodes, 0, OUTPUT, shape.columns) };
    return !isRefusal(compileBeginning([{ id: CIRCUIT, shape, nodes, outputs }]));
  });
}

/** Over the first shape that carries a bootstrapped plan. Refused as the scheme refuses what no bootstrap makes less deep. */
export function chooseBootstrapped(request: BootstrapRequest, network: PlannedPart): BootstrappedPlan | Refusal {
  let refusal: Refusal = refuse('NO_SHAPE', 'the scheme offers no slots');
  for (const shape of request.scheme.shapes) {
    const found = chooseOver(request, network, shape);
    if (!isRefusal(found)) return found;
    if (refusal.code === 'NO_SHAPE' || !OF_SHAPES.has(found.code)) refusal = found;
  }
  return refusal;
}

/** Ways of fewer activations from one bootstrap to the next have larger scales: they are tried where the others lack precision. */
function chooseOver(request: BootstrapRequest, network: PlannedPart, shape: SlotShape): BootstrappedPlan | Refusal {
  const places = bootstrapPlaces(network);
  const beginnings = new Beginnings(request, network, shape, places);
  let refusal: Refusal | null = null;
  for (let longest = places.length; longest >= 1; longest--) {
    const found = new Placement(beginnings, longest).choose();
    if (!isRefusal(found)) return found;
    refusal ??= found;
  }
  return refusal ?? refuse('OUT_OF_LEVELS', 'the network has no activation that ciphertexts could be bootstrapped before');
}

/** Plans of a network up to its places, each made once. */
class Beginnings {
  readonly places: readonly BootstrapPlace[];
  readonly #request: BootstrapRequest;
  readonly #network: PlannedPart;
  readonly #shape: SlotShape;
  readonly #known = new Map<string, BootstrappedPlan | Refusal>();

  constructor(request: BootstrapRequest, network: PlannedPart, shape: SlotShape, places: readonly BootstrapPlace[]) {
    this.#request = request;
    this.#network = network;
    this.#shape = shape;
    this.places = places;
  }

  /** Bootstrapped at these places, up to the last of them; or the whole network. */
  plan(at: readonly BootstrapPlace[], isWhole: boolean): BootstrappedPlan | Refusal {
    const key = `${at.map(({ layer }) => layer).join()} ${isWhole}`;
    const made = this.#known.get(key) ?? this.#make(at, isWhole);
    this.#known.set(key, made);
    return made;
  }

  #make(at: readonly BootstrapPlace[], isWhole: boolean): BootstrappedPlan | Refusal {
    const { compile, compileBeginning } = this.#request;
    const planned = withBootstraps(isWhole ? this.#network : beginningUpTo(this.#network, at.at(-1)!), at);
    const plan = choosePart({ ...this.#request, compile: isWhole ? compile : compileBeginning }, planned, this.#shape, undefined);
    return isRefusal(plan) ? plan : { ...plan, planned };
  }
}

/** Bootstraps over one shape, with at most so many activations from one to the next. */
class Placement {
  readonly #beginnings: Beginnings;
  readonly #longest: number;
  /** By place, and at the end for the whole network; null: none is known. */
  readonly #best: (Beginning | null)[];
  #refusal: Refusal = refuse('OUT_OF_LEVELS', 'no activation is within reach');
  #farthest = -1;

  constructor(beginnings: Beginnings, longest: number) {
    this.#beginnings = beginnings;
    this.#longest = longest;
    this.#best = [...beginnings.places.map(() => null), null];
  }

  choose(): BootstrappedPlan | Refusal {
    this.#extend([], -1);
    for (let from = 0; from < this.#end; from++) {
      const before = this.#best[from];
      if (before !== null && before !== undefined) this.#extend(before.places, from);
    }
    const chosen = this.#best[this.#end];
    return chosen === null || chosen === undefined ? this.#refusal : this.#beginnings.plan(chosen.places, true);
  }

  get #end(): number {
    return this.#beginnings.places.length;
  }

  /** Extends a way by every place that levels reach; from -1: the input. */
  #extend(before: readonly BootstrapPlace[], from: number): void {
    for (let to = from + 1; to <= Math.min(from + this.#longest, this.#end); to++) {
      const isWhole = to === this.#end;
      const places = isWhole ? before : [...before, this.#beginnings.places[to]!];
      // Without any bootstrap it was too deep: that is why this is asked.
      if (places.length === 0) continue;
      const plan = this.#beginnings.plan(places, isWhole);
      if (isRefusal(plan)) {
        // The farthest says most: what is in the way of the whole network, if levels reach its end.
        if (to >= this.#farthest) [this.#refusal, this.#farthest] = [plan, to];
        // What is too deep is no less deep with a layer more.
        return;
      }
      const time_ns = plan.compiled.estimate.evaluate_ns ?? 0;
      const known = this.#best[to];
      if (known === null || known === undefined || time_ns < known.time_ns) this.#best[to] = { places, time_ns };
    }
  }
}
