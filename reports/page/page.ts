/**
 * The report as one HTML file that needs nothing else: no network, no other file, and no JavaScript to be read.
 *
 * @module
 */
import { answersOf } from '../answer/answer.ts';
import { isOracle, poolCases } from '../case.ts';
import { citation } from '../citation.ts';
import { coloursOf, type ColourScale } from '../pictures/colours.ts';
import type { DrawnPicture } from '../pictures/picture.ts';
import type { ReportInput } from '../report-input.ts';
import { machineLine, runAlarms, runFacts } from '../run-summary.ts';
import type { Page } from '../tables.ts';
import { answerSection } from './answer-section.ts';
import { html, later, raw, type Html } from './html.ts';
import { samplesSection, type SampledCase } from './samples-section.ts';
import { enhance } from './script.ts';
import { STYLE } from './style.ts';
import { tableSection } from './table-section.ts';

/** `pages`: the tables to show. */
export function renderPage(run: ReportInput, pages: readonly Page[], pictures: readonly DrawnPicture[]): string {
  const { records, information } = run;
  const leftOut = information?.cases.leftOut ?? [];
  const care = runAlarms(run);
  const answers = answersOf(records, leftOut);
  const colours = coloursOf(records.filter((record) => !isOracle(record)).map(({ schemeName }) => schemeName));
  const cases = sampledCases(run, colours);
  const anchors = new Map(cases.map(({ reportCase, anchor }) => [reportCase.id, anchor]));
  const nameOf = new Map(records.map(({ scheme, schemeName }) => [scheme, schemeName]));
  const colourOf = (scheme: string): string | null => colourIn(colours, nameOf.get(scheme) ?? scheme);
  const tables = pages.flatMap((page) => page.tables).filter(({ table }) => table.rows.length > 0);
  const title = `Enigmark: run of ${information?.startedAt.slice(0, 10) ?? 'an unknown date'}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="machine">${machineLine(run)}</p>
          ${contents([
            ...(answers.length === 0 ? [] : [['answer', 'Answer'] as const]),
            ...(care.length === 0 ? [] : [['care', `Take care (${care.length})`] as const]),
            ...(pictures.length === 0 ? [] : [['pictures', 'Pictures'] as const]),
            ['tables', 'Tables'],
            ...(cases.length === 0 ? [] : [['samples', 'Samples'] as const]),
            ['run', 'The run'],
          ])}
        </header>
        <main>
          ${answerSection(answers)} ${alarms(care)} ${picturesSection(pictures, colours)}
          <section id="tables" aria-labelledby="tables-title">
            <h2 id="tables-title">Tables</h2>
            ${tables.map(({ csv, table }) => tableSection(table, { id: csv, colourOf, samplesOf: (id) => anchors.get(id) ?? null }))}
          </section>
          ${samplesSection(cases)} ${runSection(run)}
        </main>
        <footer><p class="note">Cite as: ${citation(run)}</p></footer>
        <script>
          (${raw(enhance.toString())})();
        </script>
      </body>
    </html> `;
  return page.markup.replace(/\n\s+/g, '\n');
}

function sampledCases({ records }: ReportInput, colours: ColourScale): readonly SampledCase[] {
  return poolCases(records)
    .filter(({ comparable }) => comparable.length > 0)
    .map((reportCase, index) => ({
      reportCase,
      anchor: `samples-${index + 1}`,
      colour: colourIn(colours, reportCase.facts.schemeName) ?? 'currentColor',
    }));
}

function colourIn({ domain, range }: ColourScale, schemeName: string): string | null {
  return range[domain.indexOf(schemeName)] ?? null;
}

function contents(places: readonly (readonly [id: string, title: string])[]): Html {
  return html`<nav aria-label="Contents">
    <ul>
      ${places.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}
    </ul>
  </nav>`;
}

function alarms(lines: readonly string[]): Html {
  if (lines.length === 0) return html``;
  return html`<section id="care" aria-labelledby="care-title">
    <h2 id="care-title">Take care</h2>
    <ul>
      ${lines.map((words) => html`<li>${words}</li>`)}
    </ul>
  </section>`;
}

function picturesSection(pictures: readonly DrawnPicture[], { domain, range }: ColourScale): Html {
  if (pictures.length === 0) return html``;
  return html`<section id="pictures" aria-labelledby="pictures-title">
    <h2 id="pictures-title">Pictures</h2>
    <ul class="legend">
      ${domain.map((scheme, at) => html`<li><span class="dot" style="background:${range[at]!}"></span>${scheme}</li>`)}
    </ul>
    ${pictures.map(
      ({ title, caption, svg }) =>
        html`<figure class="picture">
          <h3>${title}</h3>
          <div class="scroll" role="img" aria-label="${title}. The figures are in the tables below." tabindex="0">
            ${later(raw(svg.replace('<svg ', '<svg aria-hidden="true" ')))}
          </div>
          <figcaption>${caption}</figcaption>
        </figure>`,
    )}
  </section>`;
}

function runSection(run: ReportInput): Html {
  const leftOut = run.information?.cases.leftOut ?? [];
  return html`<section id="run" aria-labelledby="run-title">
    <h2 id="run-title">The run</h2>
    <dl>
      ${runFacts(run).map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    ${
      leftOut.length === 0
        ? null
        : html`<h3>Left out</h3>
            <ul>
              ${leftOut.map(({ id, reason }) => html`<li>${id}: ${reason}</li>`)}
            </ul>`
    }
  </section>`;
}
