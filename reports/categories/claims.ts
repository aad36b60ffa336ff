/**
 * What each category can do for each kind of layer, from what its schemes claim.
 *
 * @module
 */
import { text, type Column, type Table } from '../table.ts';
import { CATEGORIES, categoryOf, MEANINGS } from './category.ts';

/** What a scheme says of itself. */
export interface Claims {
  readonly id: string;
  readonly family: 'none' | 'partial' | 'leveled' | 'full';
  readonly arithmetic: 'integer' | 'real';
  readonly operations: ReadonlySet<string>;
}

type LayerKind = (has: (operation: string) => boolean) => string;

const BY_CLIENT = 'by the client (--activation client)';

/** In the order of the columns. */
const LAYERS: readonly (readonly [title: string, kind: LayerKind])[] = [
  ['Dense, convolution, average pooling', (has) => (has('affine') ? 'yes' : 'no')],
  ['Skip connection', (has) => (has('add') ? 'yes' : 'no')],
  ['Square', (has) => (has('table') ? 'by table' : has('multiply') ? 'yes' : BY_CLIENT)],
  ['ReLU, sigmoid', (has) => (has('table') ? 'by table' : has('multiply') ? `by a polynomial, or ${BY_CLIENT}` : BY_CLIENT)],
  ['Sign, maximum', (has) => (has('table') ? 'by table' : BY_CLIENT)],
];

/** One row for each category that a scheme belongs to. */
export function claimsTable(schemes: readonly Claims[]): Table {
  const ofCategory = Map.groupBy(schemes, ({ family, arithmetic }) => categoryOf(family, arithmetic));
  const titles = ['Category', 'Schemes', 'On ciphertexts', ...LAYERS.map(([title]) => title), 'Depth'];
  return {
    title: 'What each category can do for a layer',
    caption: [],
    columns: titles.map((title): Column => ({ id: title, title, unit: null, weight: 'key', sampled: false })),
    rows: CATEGORIES.flatMap((category) => {
      const own = ofCategory.get(category) ?? [];
      if (own.length === 0) return [];
      const has = (operation: string): boolean => own.every(({ operations }) => operations.has(operation));
      const cells = [
        category,
        own.map(({ id }) => id).join(', '),
        MEANINGS[category],
        ...LAYERS.map(([, kind]) => kind(has)),
        depthWords(has),
      ];
      return [{ id: category, n: null, cells: cells.map((cell) => text(cell)) }];
    }),
  };
}

function depthWords(has: (operation: string) => boolean): string {
  if (has('table')) return 'any';
  if (!has('multiply')) return 'no multiplication of ciphertexts';
  return `as far as the modulus reaches; beyond it ${has('bootstrap') ? '--bootstrap auto or ' : ''}--refresh auto`;
}
