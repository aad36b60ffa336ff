/**
 * `new:scheme`: a folder with an adapter that works, to be replaced part by part.
 *
 * @module
 */
import { isAbsolute, relative } from 'node:path';
import type { CommandModule } from 'yargs';
import { schemeIds } from '../../schemes/registry.ts';
import { writeScheme, type NewScheme } from '../new-scheme/write-scheme.ts';
import { packageRoot } from '../record/package-root.ts';
import { IN_CLONE, invocation } from './invocation.ts';
import { shownPath } from '../terminal/shown-path.ts';
import { single, usageError, valueOption, type Given } from './usage.ts';

interface GivenOptions {
  readonly name: string;
  readonly out?: Given;
}

export const newScheme: CommandModule<object, GivenOptions> = {
  command: 'new:scheme <name>',
  describe: 'Write a folder with a scheme adapter that works, to begin from',
  builder: (yargs) =>
    yargs
      .usage(
        `${invocation('new:scheme', '<name> [options]')}\n\nWrites an adapter that passes the conformance suite, and says in comments what to replace.`,
      )
      .positional('name', { type: 'string', demandOption: true, describe: 'Lower-case letters, digits and hyphens' })
      .option('out', valueOption('The new folder [default: the name]'))
      .example(invocation('new:scheme', 'my-scheme'), 'into ./my-scheme')
      .example(invocation('new:scheme', 'my-scheme --out schemes/my-scheme'), 'in a clone: beside the built-in schemes'),
  handler({ name, out }) {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(name))
      throw usageError('a name of lower-case letters, digits and hyphens', `'${name}'`, 'choose another');
    if (schemeIds.includes(name)) throw usageError(`a name other than ${schemeIds.join(', ')}`, `'${name}'`, 'choose another');
    process.stdout.write(nextWords(name, writeScheme(name, single('--out', out) ?? name)));
  },
};

function nextWords(name: string, { folder, files, isInside }: NewScheme): string {
  const place = shownPath(folder);
  const prove = isInside ? `npx vitest run --project quick ${place}` : `cd ${place} && npm test`;
  const file = `${place}/${isInside ? 'scheme' : name}.ts`;
  const measure = invocation('bench', `--adapter ${isAbsolute(file) ? file : `./${file}`} --workload dense-64 --layout batched`);
  // In a clone the package has to be made before another folder can install it.
  const isOutsideClone = !isInside && IN_CLONE && relative(packageRoot(), folder).startsWith('..');
  const install = isOutsideClone
    ? `  npm run build && npm install --prefix ${place} ${packageRoot()}\n      gives the folder the package that the adapter imports\n`
    : '';
  const last = isInside ? '\n  add it to schemes/registry.ts        then it is a scheme like the others' : '';
  return `Wrote ${files.map((one) => `${place}/${one}`).join(', ')}. It works: it adds under encryption.

Next:
${install}  ${prove}
      the conformance suite, which passes now and is to pass after each change
  ${measure}
      measures it
  docs/add-a-scheme.md        what each part promises${last}
`;
}
