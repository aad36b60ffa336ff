/**
 * `list`: the names that other commands take, and what each scheme claims.
 *
 * @module
 */
import type { CommandModule } from 'yargs';
import { text, type Column, type Table } from '../../reports/table.ts';
import { renderTerminal } from '../../reports/formats/terminal.ts';
import { describeError } from '../../schemes/errors.ts';
import { loadScheme, schemeIds } from '../../schemes/registry.ts';
import type { HEScheme } from '../../schemes/scheme.ts';
import { workloads } from '../../workloads/registry.ts';
import { printableJson } from '../record/printable.ts';
import { PROFILE_NAMES } from '../run/profile.ts';
import { terminalStyle } from '../terminal/style.ts';
import { invocation } from './invocation.ts';

interface GivenListOptions {
  readonly json?: boolean | undefined;
}

export const list: CommandModule<object, GivenListOptions> = {
  command: 'list',
  describe: 'Show schemes, parameter sets, workloads and profiles',
  builder: (yargs) =>
    yargs
      .usage(`${invocation('list', '[options]')}\n\nShows the names that other commands take, and what each scheme claims.`)
      .option('json', { boolean: true, describe: 'One JSON object on stdout' })
      .example(invocation('list'), 'tables')
      .example(invocation('list', '--json').replace('npm run', 'npm run -s'), 'the same for programs'),
  async handler({ json }) {
    const schemes = await Promise.all(schemeIds.map(listScheme));
    const listed = {
      schemes,
      workloads: workloads.map(({ id, group, title, layouts }) => ({ id, group, title, layouts })),
      profiles: PROFILE_NAMES,
    };
    process.stdout.write(json === true ? `${printableJson(listed)}\n` : tables(listed));
  },
};

interface ListedScheme {
  readonly id: string;
  readonly facts: ReturnType<typeof factsOf> | null;
  /** Why the adapter cannot be used here; null: it can. */
  readonly unusable: string | null;
}

async function listScheme(id: string): Promise<ListedScheme> {
  try {
    return { id, facts: factsOf(await loadScheme(id)), unusable: null };
  } catch (error) {
    return { id, facts: null, unusable: describeError(error).message };
  }
}

function factsOf({ scheme, library, family, arithmetic, operations, shapes, parameterSets }: HEScheme) {
  return {
    scheme,
    library,
    family,
    arithmetic,
    operations: [...operations],
    slots: shapes.map(({ rows, columns }) => rows * columns),
    parameterSets: Object.keys(parameterSets),
  };
}

interface Listed {
  readonly schemes: readonly ListedScheme[];
  readonly workloads: readonly {
    readonly id: string;
    readonly group: string;
    readonly title: string;
    /** null: single operations have none. */
    readonly layouts: readonly string[] | null;
  }[];
  readonly profiles: readonly string[];
}

function tables({ schemes, workloads, profiles }: Listed): string {
  const style = terminalStyle(process.stdout);
  const rendered = [
    table('Schemes', ['Id', 'Family', 'Arithmetic', 'Library', 'Kernels', 'Parameter sets'], schemes.map(schemeRow)),
    table(
      'Operations that a scheme claims',
      ['Id', 'Operations'],
      schemes.map(({ id, facts }) => [id, facts?.operations.join(' ') ?? '']),
    ),
    table(
      'Workloads',
      ['Id', 'Group', 'Layouts', 'What it is'],
      workloads.map(({ id, group, layouts, title }) => [id, group, layouts?.join(', ') ?? '-', title]),
    ),
  ].map((one) => renderTerminal(one, style));
  return `${rendered.join('\n')}\nProfiles: ${profiles.join(', ')}\n`;
}

function schemeRow({ id, facts, unusable }: ListedScheme): readonly string[] {
  if (facts === null) return [id, 'cannot be used here', '', '', '', unusable ?? ''];
  const { family, arithmetic, library, parameterSets } = facts;
  return [id, family, arithmetic, `${library.name} ${library.version}`, library.kernels.join(', '), parameterSets.join(', ')];
}

function table(title: string, titles: readonly string[], rows: readonly (readonly string[])[]): Table {
  const columns = titles.map((name): Column => ({ id: name, title: name, unit: null, weight: 'key', sampled: false }));
  return { title, caption: [], columns, rows: rows.map((cells) => ({ id: cells[0]!, n: null, cells: cells.map((cell) => text(cell)) })) };
}
