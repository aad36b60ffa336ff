/**
 * Links between the documents lead somewhere, and a list that says it is closed has what the code has.
 *
 * @module
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { WARNINGS } from '../reports/warnings/list.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const documents = globSync(['*.md', 'docs/*.md', 'workloads/**/*.md'], { cwd: ROOT });

const textOf = (document: string): string => readFileSync(join(ROOT, document), 'utf8');

/** Anchors of headings, as GitHub makes them. */
function anchorsOf(text: string): readonly string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Links of a document to files of the repository that are not there, or to headings that their file lacks. */
function findBrokenLinks(document: string, text: string): readonly string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!).filter((link) => !/^[a-z]+:/.test(link));
  return links.filter((link) => {
    const [path, anchor] = link.split('#');
    const target = path === '' ? document : join(dirname(document), path!);
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && !anchorsOf(textOf(target)).includes(anchor);
  });
}

describe('documents', () => {
  test.each(documents)('links of %s lead somewhere', (document) => {
    expect(findBrokenLinks(document, textOf(document))).toEqual([]);
  });

  test('every page is linked from the README', () => {
    const readme = textOf('README.md');
    for (const page of globSync('docs/*.md', { cwd: ROOT })) expect(readme).toContain(`](${page})`);
  });

  test('the list of warnings has every one, in its order', () => {
    const rows = textOf('docs/measuring.md')
      .split('| Mark | When |')[1]!
      .matchAll(/^\| ([a-z ]+) \|/gm);
    expect([...rows].map(([, mark]) => mark)).toEqual(Object.values(WARNINGS).map(({ mark }) => mark));
  });

  test('broken links are found', () => {
    const text = '[a](LICENSE) [b](no-such-file.md) [c](SECURITY.md#who-trusts-whom) [d](SECURITY.md#nobody) [e](https://example.org)';
    expect(findBrokenLinks('README.md', text)).toEqual(['no-such-file.md', 'SECURITY.md#nobody']);
  });
});
