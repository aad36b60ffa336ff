/**
 * One table in every format.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { renderCsv } from './csv.ts';
import { renderJson } from './json.ts';
import { escapeLatex, latexDocument, renderLatex } from './latex.ts';
import { escape, renderMarkdown } from './markdown.ts';
import { figure, missing, pair, text } from '../table.ts';
import type { Table } from '../table.ts';
import { renderTerminal } from './terminal.ts';
import { lengthOf } from './text-lines.ts';

const table: Table = {
  title: 'Times',
  caption: ['Median [95%].'],
  columns: [
    { id: 'scheme', title: 'Scheme', unit: null, weight: 'key', sampled: false },
    { id: 'layout', title: 'Layout', unit: null, weight: 'setting', sampled: false },
    { id: 'state', title: 'State', unit: null, weight: 'key', sampled: false },
    { id: 'evaluate', title: 'Evaluate one batch', unit: 'nanoseconds', weight: 'figure', sampled: true },
    { id: 'load', title: 'Load', unit: 'nanoseconds', weight: 'minor', sampled: true },
    { id: 'precision', title: 'Precision (bits)', unit: 'bits', weight: 'figure', sampled: false },
  ],
  rows: [
    {
      id: 'ckks/a',
      n: 6,
      cells: [
        text('ckks'),
        text('packed'),
        text('completed'),
        figure(48_400_000, 6, { low: 48_000_000, high: 49_000_000 }),
        figure(812_000, 6, { low: 800_000, high: 820_000 }),
        figure(16.25),
      ],
    },
    { id: 'clear/a', n: 1, cells: [text('clear'), text('packed'), text('completed'), figure(14_600, 1), figure(245, 2), figure(Infinity)] },
    {
      id: 'bfv/a',
      n: null,
      cells: [text('bfv'), text('packed'), text('unsupported', 'too small'), missing(), missing(), missing('too small')],
    },
  ],
};

describe('Markdown', () => {
  it('is a table with numbered notes', () => {
    expect(renderMarkdown(table)).toBe(
      [
        '## Times',
        '',
        'Median [95%].',
        '',
        '| Scheme | Layout | State | Evaluate one batch | Load | Precision (bits) |',
        '| --- | --- | --- | ---: | ---: | ---: |',
        '| ckks | packed | completed | 48.4 ms [48.0, 49.0] | 812 µs [800, 820] | 16.3 |',
        '| clear | packed | completed | 14.6 µs | 245 ns (n = 2) | exact |',
        '| bfv | packed | unsupported (1) | - | - | - (1) |',
        '',
        '(1) too small',
        '',
      ].join('\n'),
    );
  });

  it('prints both of two samples, each in its unit', () => {
    const one = { ...table, columns: [table.columns[3]!], rows: [{ id: 'x', n: 2, cells: [pair(5_517_000_000, 264_800_000)] }] };
    expect(renderMarkdown(one)).toContain('| 5.52 s, 265 ms |');
    expect(renderMarkdown({ ...one, rows: [{ ...one.rows[0]!, n: 9 }] })).toContain('| 5.52 s, 265 ms (n = 2) |');
  });

  it('lets no text of a record become markup', () => {
    const hostile = text('a|b\n<img src=x> `c` [d](http://e) *f* \u001b[31m');
    const lines = renderMarkdown({ ...table, columns: [table.columns[0]!], rows: [{ id: 'x', n: null, cells: [hostile] }] }).split('\n');
    expect(lines.at(-2)).toBe('| a\\|b &lt;img src=x> \\`c\\` \\[d](http://e) \\*f\\* \\\\x1b[31m |');
  });

  it.each([
    ['~~gone~~', '\\~\\~gone\\~\\~'],
    ['[a][b] and [b]: http://e', '\\[a][b] and \\[b]: http://e'],
    ['an interval [20, 30] stays', 'an interval [20, 30] stays'],
    ['abc\u202egnp.exe', 'abc\\\\u202egnp.exe'],
  ])('of %j', (words, escaped) => {
    expect(escape(words)).toBe(escaped);
  });
});

describe('CSV', () => {
  it('has base units, n and interval ends, and NA for the unknown', () => {
    expect(renderCsv(table)).toBe(
      [
        'id,scheme,layout,state,evaluate_ns,evaluate_n,evaluate_low_ns,evaluate_high_ns,load_ns,load_n,load_low_ns,load_high_ns,precision_bits,notes',
        'ckks/a,ckks,packed,completed,48400000,6,48000000,49000000,812000,6,800000,820000,16.25,',
        'clear/a,clear,packed,completed,14600,1,NA,NA,245,2,NA,NA,Inf,',
        'bfv/a,bfv,packed,unsupported,NA,NA,NA,NA,NA,NA,NA,NA,NA,too small',
        '',
      ].join('\n'),
    );
  });

  it('has no median of two samples, but both', () => {
    const [head, row] = renderCsv({ ...table, columns: [table.columns[3]!], rows: [{ id: 'x', n: 2, cells: [pair(5, 3)] }] }).split('\n');
    expect(head).toBe('id,evaluate_ns,evaluate_n,evaluate_low_ns,evaluate_high_ns,notes');
    expect(row).toBe('x,NA,2,NA,NA,evaluate: 5 and 3');
  });

  it('quotes, and gives a spreadsheet no formula to run, but leaves negative numbers alone', () => {
    const cells = [text('=1+1', 'a,"b"'), figure(-40.5)];
    const columns = [table.columns[0]!, { ...table.columns[5]!, id: 'failure', unit: 'log2' as const }];
    expect(renderCsv({ ...table, columns, rows: [{ id: '@x', n: null, cells }] }).split('\n')[1]).toBe(`'@x,'=1+1,-40.5,"a,""b"""`);
  });
});

describe('CSV of hostile text', () => {
  const cellOf = (words: string): string => {
    const rows = [{ id: 'x', n: null, cells: [text(words)] }];
    return renderCsv({ ...table, columns: [table.columns[0]!], rows })
      .split('\n')[1]!
      .slice('x,'.length);
  };

  it.each(['=', '+', '-', '@', '\t', '\r', '\n', ' =', '\u00a0@', '\uff1d'])('starts no formula with %j', (start) => {
    expect(cellOf(`${start}cmd`)).toMatch(/^"?'/);
  });

  it.each([
    ['\u001b[2J \u009b2J \u007f', '\\x1b[2J \\x9b2J \\x7f,'],
    ['abc\u202egnp.exe \u061c', 'abc\\u202egnp.exe \\u061c,'],
    ['two\nlines', 'two lines,'],
  ])('shows %j as text', (words, shown) => {
    expect(cellOf(words)).toBe(shown);
  });
});

describe('LaTeX', () => {
  it('is a booktabs table whose caption has machine and n, with shared settings and notes below', () => {
    expect(renderLatex(table, 'times', 'On a machine.').split('\n')).toEqual([
      '\\begin{table}',
      '\\centering',
      '\\caption{Times. On a machine. n = 1 to 6. Brackets: 95\\% intervals.}',
      '\\label{tab:times}',
      '\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%',
      '\\begin{tabular}{llrrr}',
      '\\toprule',
      'Scheme & State & Evaluate one batch & Load & Precision (bits) \\\\',
      '\\midrule',
      'ckks & completed & 48.4 ms {[}48.0, 49.0] & 812 $\\mu$s {[}800, 820] & 16.3 \\\\',
      'clear & completed & 14.6 $\\mu$s & 245 ns (n = 2) & exact \\\\',
      'bfv & unsupported (1) & - & - & - (1) \\\\',
      '\\bottomrule',
      '\\end{tabular}}',
      '',
      '{\\footnotesize Median {[}95\\%].\\par}',
      '',
      '{\\footnotesize The same in all rows: layout: packed.\\par}',
      '',
      '{\\footnotesize (1) too small\\par}',
      '\\end{table}',
      '',
    ]);
  });

  it('goes on behind a page that is full, with every row once and the notes at the end', () => {
    const rows = Array.from({ length: 100 }, (_, at) => ({
      ...table.rows[2]!,
      cells: [text(`row ${at}`), ...table.rows[2]!.cells.slice(1)],
    }));
    const latex = renderLatex({ ...table, rows }, 'times', 'On a machine.');
    for (const [at] of rows.entries()) expect(latex.split(`row ${at} &`)).toHaveLength(2);
    const floats = latex.split('\\begin{table}').slice(1);
    expect(floats.length).toBeGreaterThan(2);
    for (const [at, one] of floats.entries()) {
      expect(one.match(/row \d+ &/g)!.length).toBeLessThan(45);
      expect(one).toContain(at === 0 ? '\\label{tab:times}' : '\\caption{Times, continued.}');
      expect(one.includes('\\addtocounter{table}{-1}')).toBe(at > 0);
    }
    expect(latex.indexOf('(1) too small')).toBeGreaterThan(latex.lastIndexOf('\\end{table}'));
  });

  it('lets no text be a command, a comment or another mark than its own', () => {
    expect(escapeLatex('\\input{x} 50% $a_b^c$ #1 ~&')).toBe(
      '\\textbackslash{}input\\{x\\} 50\\% \\$a\\_b\\textasciicircum{}c\\$ \\#1 \\textasciitilde{}\\&',
    );
    expect(escapeLatex('--out, ,,a*[b')).toBe('-{}-out, ,{},a{*}{[}b');
    expect(escapeLatex('café 中 \u001b')).toBe('café {[}U+4E2D] \\textbackslash{}x1b');
    expect(escapeLatex('Þ × ß')).toBe('{[}U+00DE] {[}U+00D7] ß');
  });

  it('has a document that takes in every table', () => {
    expect(latexDocument(['a', 'b'], 'Cite 50%')).toMatch(/\\input\{a\}[^]*\\input\{b\}[^]*Cite 50\\%/);
  });
});

describe('JSON', () => {
  it('lets no text of a record move the terminal that prints it', () => {
    const rows = [{ id: 'x', n: null, cells: [text('\u009b2J a\u202eb')] }];
    const hostile = { ...table, columns: [table.columns[0]!], rows };
    const json = renderJson({ citation: 'c', machine: 'm', tables: [{ name: 'times', table: hostile }] });
    expect(json).toContain('"\\u009b2J a\\u202eb"');
  });

  it('has base units, n and interval, and reasons for what is not there', () => {
    const parsed = JSON.parse(renderJson({ citation: 'c', machine: 'm', tables: [{ name: 'times', table }] })) as {
      tables: { rows: { cells: Record<string, unknown> }[] }[];
    };
    const [first, second, third] = parsed.tables[0]!.rows;
    expect(first!.cells).toMatchObject({ evaluate: { value: 48_400_000, n: 6, low: 48_000_000, high: 49_000_000 } });
    expect(second!.cells).toMatchObject({ precision: { value: null, note: 'exact' } });
    expect(third!.cells).toMatchObject({ evaluate: { value: null }, precision: { value: null, note: 'too small' } });
  });
});

describe('terminal', () => {
  const lines = (width: number, colour = false) => renderTerminal(table, { width, colour }).split('\n');

  it('aligns columns, and says once what all rows share', () => {
    expect(lines(160)).toEqual([
      'Times',
      'Median [95%].',
      'The same in all rows: layout: packed.',
      '',
      '                                                                  Precision',
      'Scheme  State              Evaluate one batch               Load     (bits)',
      'ckks    completed        48.4 ms [48.0, 49.0]  812 µs [800, 820]       16.3',
      'clear   completed                     14.6 µs     245 ns (n = 2)      exact',
      'bfv     unsupported (1)                     -                  -      - (1)',
      '',
      '(1) too small',
      '',
    ]);
  });

  it.each([
    [74, 'intervals of minor columns.', true],
    [65, 'intervals of minor columns, Load.', false],
    [56, 'intervals of minor columns, Load.', false],
  ])('fits %d columns, and says that it left out %s', (width, leftOut, hasLoad) => {
    const shown = lines(width);
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(shown.join(' ')).toContain(`Hidden, terminal too narrow: ${leftOut}`);
    expect(shown.join(' ')).toContain('48.4 ms [48.0, 49.0]');
    expect(shown.some((line) => line.includes('812 µs'))).toBe(hasLoad);
  });

  it.each([45, 30, 20, 10])('gives up intervals, then figures, then keys, but the first column, for %d columns', (width) => {
    const shown = lines(width);
    const rows = shown.slice(shown.findIndex((line) => line.startsWith('Scheme')));
    expect(Math.max(...rows.map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(shown.join(' ')).toContain('all intervals');
    expect(rows.filter((line) => /^(ckks|clear|bfv)/.test(line))).toHaveLength(3);
  });

  it('does not call a setting shared where a row has a reason to lack it', () => {
    const [first, ...others] = table.rows;
    const cells = first!.cells.map((cell, index) => (index === 1 ? missing('no layout') : cell));
    const words = renderTerminal({ ...table, rows: [{ ...first!, cells }, ...others] }, { width: 160, colour: false });
    expect(words).not.toContain('The same in all rows');
    expect(words).toContain('Layout');
  });

  it('colours only when asked, and without moving a column', () => {
    const plain = lines(160).join('\n');
    const coloured = lines(160, true).join('\n');
    // eslint-disable-next-line no-control-regex -- the escape sequences are what is tested
    const escapes = /\u001b\[\d+m/g;
    expect(plain).not.toMatch(escapes);
    expect(coloured).toContain('\u001b[33munsupported (1)\u001b[39m');
    expect(coloured.replace(escapes, '')).toBe(plain);
  });

  it.each([
    ['网络', 4],
    ['ネット한', 8],
    ['ｆｕｌｌ', 8],
    ['cafe\u0301', 4],
    ['µ ≥ é', 5],
    ['a😀b', 4],
  ])('knows how many columns %s takes', (words, columns) => {
    expect(lengthOf(words)).toBe(columns);
  });

  it('aligns columns behind names in letters of two columns', () => {
    const rows = [table.rows[0]!, { ...table.rows[0]!, cells: [text('网络'), ...table.rows[0]!.cells.slice(1)] }];
    const [latin, wide] = renderTerminal({ ...table, rows }, { width: 160, colour: false })
      .split('\n')
      .slice(-3);
    expect(latin).toMatch(/^ckks {4}completed/);
    expect(wide).toMatch(/^网络 {4}completed/);
  });

  it('lets no text of a record move the cursor', () => {
    const hostile = { id: 'x', n: null, cells: [text('a\u001b[2Jb\rc', 'n\u0007ote')] };
    const words = renderTerminal({ ...table, columns: [table.columns[0]!], rows: [hostile] }, { width: 80, colour: false });
    expect(words).not.toMatch(/[^\P{Cc}\n]/u);
    expect(words).toContain('a\\x1b[2Jb c');
  });
});
