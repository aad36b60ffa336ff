/**
 * The answer as the page shows it: for each network the rows that answer a question, the best in each respect, and what is not among them.
 *
 * @module
 */
import type { NetworkAnswer } from '../answer/answer.ts';
import type { Best } from '../answer/bests.ts';
import { formatQuantity } from '../quantity.ts';
import { html, raw, type Html } from './html.ts';

const INTERACTIVE = 'With the client between layers, who sees values that tell of the model: not compared with the rows above';

export function answerSection(answers: readonly NetworkAnswer[]): Html {
  if (answers.length === 0) return html``;
  return html`<section id="answer" aria-labelledby="answer-title">
    <h2 id="answer-title">Answer</h2>
    <p>
      Compared are rows of the same network at 128 bits of security or more, on one thread, in which the client takes no part. Times are
      medians, of one sample. All code runs as WebAssembly or JavaScript: this is no ranking of native libraries.
    </p>
    ${answers.map(networkAnswer)}
  </section>`;
}

function networkAnswer({ workload, noun, float, float_ns, rows, interactive, bests, notShown }: NetworkAnswer): Html {
  const inFloat = [
    ...(float === null ? [] : [`${formatQuantity(float, 'share')} right`]),
    ...(float_ns === null ? [] : [`${formatQuantity(float_ns, 'nanoseconds')} ${noun === 'image' ? 'an image' : 'a sample'}`]),
  ];
  return html`<article>
    <h3>${workload}</h3>
    ${inFloat.length === 0 ? null : html`<p>Without encryption: ${inFloat.join(', ')}.</p>`}
    ${rows.length === 0 ? html`<p>No row may be compared.</p>` : cardTable(`The least server time: ${workload}`, 'The least server time', ANSWER, rows)}
    ${interactive.length === 0 ? null : cardTable(`${INTERACTIVE}: ${workload}`, INTERACTIVE, ANSWER, interactive)}
    ${bests.length === 0 ? null : cardTable(`Best rows of ${workload}`, 'The best in each respect, and the next scheme', BEST, bests)}
    ${
      notShown.length === 0
        ? null
        : html`<details>
            <summary>Not among them: ${notShown.length} ${notShown.length === 1 ? 'reason' : 'reasons'}</summary>
            <ul>
              ${notShown.map((reason) => html`<li>${reason}</li>`)}
            </ul>
          </details>`
    }
  </article>`;
}

interface Column<Row> {
  readonly title: string;
  readonly isFigure: boolean;
  readonly read: (row: Row) => string;
}

const ANSWER: readonly Column<NetworkAnswer['rows'][number]>[] = [
  { title: 'For', isFigure: false, read: ({ question }) => question },
  { title: 'Row', isFigure: false, read: ({ name }) => name },
  { title: 'Server', isFigure: true, read: ({ server_ns }) => formatQuantity(server_ns, 'nanoseconds') },
  { title: 'Over float', isFigure: true, read: ({ factor }) => (factor === null ? '-' : formatQuantity(factor, 'factor')) },
  { title: 'Client', isFigure: true, read: ({ client_ns }) => (client_ns === null ? '-' : formatQuantity(client_ns, 'nanoseconds')) },
  { title: 'Keys', isFigure: true, read: ({ keys_bytes }) => formatQuantity(keys_bytes, 'bytes') },
  { title: 'As planned', isFigure: true, read: ({ encryption }) => encryption ?? '-' },
  { title: 'Converted', isFigure: false, read: ({ conversion }) => conversion ?? '-' },
];

const BEST: readonly Column<Best>[] = [
  { title: 'In', isFigure: false, read: ({ respect }) => respect },
  { title: 'Row', isFigure: false, read: ({ name }) => name },
  { title: 'Figure', isFigure: true, read: ({ value, unit, interval }) => formatQuantity(value, unit, interval) },
  { title: 'Next scheme', isFigure: false, read: nextWords },
];

function nextWords({ next, unit, factor }: Best): string {
  if (next === null) return '-';
  const worse = factor === null ? '' : `, worse by ${formatQuantity(factor, 'factor')}`;
  return `${next.name}: ${formatQuantity(next.value, unit)}${worse}`;
}

/**
 * A table whose first column heads its rows. On a phone each row is a card, and cells say what they are; roles are named, since what is laid
 * out otherwise than a table is none any more to who hears the page.
 */
function cardTable<Row>(label: string, caption: string, columns: readonly Column<Row>[], rows: readonly Row[]): Html {
  const [head, ...others] = columns;
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
    <table class="cards" role="table">
      <caption>
        ${caption}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map(({ title, isFigure }) => html`<th scope="col" role="columnheader" ${classOf(isFigure)}>${title}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map(
          (row) =>
            html`<tr role="row">
              <th scope="row" role="rowheader">${head!.read(row)}</th>
              ${others.map(({ title, isFigure, read }) => html`<td role="cell" data-title="${title}" ${classOf(isFigure)}>${read(row)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function classOf(isFigure: boolean): Html {
  return raw(isFigure ? 'class="figure"' : '');
}
