/**
 * Which cases a run has, and in which order their launches go.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import { didYouMean } from '../../schemes/nearest-names.ts';
import type { Kernels } from '../../schemes/scheme.ts';
import { Random } from '../../workloads/data/random.ts';
import { isTrainingWorkload, type AnyLayout, type ClientHelp, type RegisteredWorkload } from '../../workloads/workload.ts';
import { comparisonGroup } from '../record/comparison-group.ts';
import { caseId, type CaseKey } from '../record/record.ts';
import type { SchemeFacts } from '../launch/describe/scheme-facts.ts';
import { isYardstick, NO_YARDSTICK, type LibraryKernels } from './yardsticks.ts';

/** A scheme, and where a launch process finds it. */
export interface SelectedScheme {
  readonly scheme: SchemeFacts;
  /** Path or package of an adapter that is not built in; null: the registry's. */
  readonly adapter: string | null;
  /** Whether that adapter stands in the place of the built-in scheme of its id. */
  readonly replaces: boolean;
}

export interface Selection {
  readonly schemes: readonly SelectedScheme[];
  readonly workloads: readonly RegisteredWorkload[];
  /** Ids; null: each plan takes the smallest set that fits, and single operations are timed with each. */
  readonly parameters: readonly string[] | null;
  /** Every secure set of these ring dimensions, in the place of those; null: none is asked for. */
  readonly ringDimensions: readonly number[] | null;
  /** null: the layouts of the workload that are usual. */
  readonly layouts: readonly AnyLayout[] | null;
  /** null: those that each scheme has. */
  readonly kernels: readonly Kernels[] | null;
  /** With these unnamed, what is measured on the library's where a scheme has its own beside them. */
  readonly libraryKernels: LibraryKernels;
  readonly threads: readonly number[];
  /** null: the client does nothing between upload and download. */
  readonly help: readonly (ClientHelp | null)[];
  /** Updates of trainings between two refreshes; null: as planned. */
  readonly updates: CaseKey['updates'] | null;
}

export interface Case extends CaseKey {
  readonly id: string;
  readonly selected: SelectedScheme;
  readonly group: string;
}

export interface LeftOut {
  readonly id: string;
  readonly reason: string;
}

/** Cases of the selection, and those that it names and no scheme or workload has. */
export function casesOf(selection: Selection): { readonly cases: readonly Case[]; readonly leftOut: readonly LeftOut[] } {
  const cases: Case[] = [];
  const leftOut: LeftOut[] = [];
  for (const workload of selection.workloads) {
    for (const layout of selection.layouts ?? layoutsOf(workload)?.filter(isUsual) ?? [null]) {
      for (const selected of selection.schemes) {
        for (const kernels of kernelsOf(selected.scheme, selection.kernels)) {
          for (const parameters of askedParameters(selection, selected.scheme) ?? parametersOf(workload, selected.scheme, kernels)) {
            for (const threads of selection.threads) {
              for (const help of selection.help) {
                const key = {
                  ...{ scheme: selected.scheme.id, workload: workload.id, parameters, layout, kernels, threads },
                  ...howHelped(workload, help, selection.updates),
                };
                const reason = whyNot(key, selected.scheme, workload) ?? whyOwnAlone(key, selected.scheme, selection);
                if (reason === null) cases.push({ ...key, id: caseId(key), selected, group: workload.group });
                else leftOut.push({ id: caseId(key), reason });
              }
            }
          }
        }
      }
    }
  }
  return { cases, leftOut };
}

/** A training is refreshed as planned unless it is told how often: `refresh` says nothing more. */
function howHelped(
  workload: RegisteredWorkload,
  help: ClientHelp | null,
  updates: Selection['updates'],
): Pick<CaseKey, 'help' | 'updates'> {
  const isTraining = isTrainingWorkload(workload);
  return {
    ...(help === null || (isTraining && help === 'refresh') ? {} : { help }),
    ...(isTraining && updates !== null && updates !== undefined ? { updates } : {}),
  };
}

/** null: single operations have none. */
function layoutsOf({ layouts }: RegisteredWorkload): readonly AnyLayout[] | null {
  return layouts;
}

/** Sixteen images of one client are a case of their own: who has them asks for it. */
function isUsual(layout: AnyLayout): boolean {
  return layout !== 'interleaved';
}

/** null: none is asked for. Of a scheme without a set of the ring dimensions that are, one that it does not have. */
function askedParameters({ parameters, ringDimensions }: Selection, scheme: SchemeFacts): readonly string[] | null {
  if (ringDimensions === null) return parameters;
  const sets = Object.entries(scheme.ringDimensions).flatMap(([id, dimension]) => (ringDimensions.includes(dimension) ? [id] : []));
  return sets.length > 0 ? sets : [`ring-${ringDimensions.join('-')}`];
}

/** A network's plan takes the smallest set that fits; single operations are timed with each. */
function parametersOf(workload: RegisteredWorkload, scheme: SchemeFacts, kernels: Kernels): readonly (string | null)[] {
  return workload.layouts === null && scheme.primitiveSets !== null ? (scheme.primitiveSets[kernels] ?? []) : [null];
}

/** The kernels that the scheme has; otherwise those asked for, had or not. */
function kernelsOf({ library }: SchemeFacts, asked: Selection['kernels']): readonly Kernels[] {
  return asked ?? library.kernels;
}

function whyNot(key: CaseKey, scheme: SchemeFacts, workload: RegisteredWorkload): string | null {
  if (key.layout !== null && layoutsOf(workload)?.includes(key.layout) !== true) return `${workload.id} has no layout '${key.layout}'`;
  if (key.parameters !== null && !scheme.parameterSets.includes(key.parameters)) return `${scheme.id} has no set '${key.parameters}'`;
  if (!scheme.library.kernels.includes(key.kernels)) return `${scheme.id} has no kernels '${key.kernels}'`;
  if (workload.layouts === null && scheme.primitiveSets === null) return `${scheme.id} offers no single operations`;
  if (workload.layouts === null && key.help !== undefined) return 'a client has no part in single operations';
  if (workload.layouts === null && key.threads !== 1) return 'single operations are timed on one thread';
  return null;
}

/** null: the kernels were named, or there are no others, or the case is one that shows both. */
function whyOwnAlone(key: CaseKey, { library }: SchemeFacts, { kernels, libraryKernels }: Selection): string | null {
  if (kernels !== null || libraryKernels === 'all' || key.kernels === 'own' || !library.kernels.includes('own')) return null;
  return isYardstick(key) ? null : NO_YARDSTICK;
}

/** @throws EnigmarkError UNKNOWN_PARAMETERS where none of the schemes has a set of that id. */
export function expectParameters(asked: readonly string[], schemes: readonly SchemeFacts[]): void {
  const known = [...new Set(schemes.flatMap(({ parameterSets }) => parameterSets))];
  for (const id of asked) {
    if (known.includes(id)) continue;
    throw new EnigmarkError('UNKNOWN_PARAMETERS', {
      expected: `a parameter set of ${schemes.map((scheme) => scheme.id).join(' or ')}`,
      got: `'${id}'`,
      remedy: `${didYouMean(id, known)}the command list names them all`,
    });
  }
}

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

/** The cases of one shard: whole comparison groups, dealt out in turn. */
export function shardOf(cases: readonly Case[], { index, of }: Shard): readonly Case[] {
  const groups = [...new Set(cases.map(comparisonGroup))];
  return cases.filter((one) => groups.indexOf(comparisonGroup(one)) % of === index - 1);
}

export interface Launch {
  readonly case: Case;
  /** From 1. */
  readonly number: number;
  /** Position in the run, from 0. */
  readonly order: number;
}

/** Every case once, then every case again: by comparison group, and within a group in an order drawn from the seed. */
export function launchOrder(cases: readonly Case[], launches: number, seed: number): readonly Launch[] {
  const groups = Map.groupBy(cases, comparisonGroup);
  const random = Random.from(seed, 'launch order');
  const order: Omit<Launch, 'order'>[] = [];
  for (let number = 1; number <= launches; number++) {
    for (const group of groups.values()) {
      for (const index of random.permutation(group.length)) order.push({ case: group[index]!, number });
    }
  }
  return order.map((launch, position) => ({ ...launch, order: position }));
}
