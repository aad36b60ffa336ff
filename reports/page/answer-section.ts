/**
 * The answer as the page shows it: for each network the rows that answer a question, the best in each respect, and what is not among them.
 *
 * @module
 */
import type { NetworkAnswer } from '../answer/answer.ts';
import type { Best } from '../answer/bests.ts';
import { formatQuantity } from '../quantity.ts';
import { html, type Html } from './html.ts';

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
    ${rows.length === 0 ? html`<p>No row may be compared.</p>` : answerTable(workload, rows, 'The least server time')}
    ${
      interactive.length === 0
        ? null
        : answerTable(
            workload,
            interactive,
            'With the client between layers, who sees values that tell of the model: not compared with the rows above',
          )
    }
    ${bests.length === 0 ? null : bestTable(workload, bests)}
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

function answerTable(workload: string, rows: NetworkAnswer['rows'], caption: string): Html {
  return html`<div class="scroll" role="region" aria-label="${caption}: ${workload}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          <th scope="col">For</th>
          <th scope="col">Row</th>
          <th scope="col" class="figure">Server</th>
          <th scope="col" class="figure">Over float</th>
          <th scope="col" class="figure">Client</th>
          <th scope="col" class="figure">Keys</th>
          <th scope="col" class="figure">As planned</th>
          <th scope="col">Converted</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ question, name, server_ns, factor, client_ns, keys_bytes, conversion, encryption }) =>
            html`<tr>
              <th scope="row">${question}</th>
              <td>${name}</td>
              <td class="figure">${formatQuantity(server_ns, 'nanoseconds')}</td>
              <td class="figure">${factor === null ? '-' : formatQuantity(factor, 'factor')}</td>
              <td class="figure">${client_ns === null ? '-' : formatQuantity(client_ns, 'nanoseconds')}</td>
              <td class="figure">${formatQuantity(keys_bytes, 'bytes')}</td>
              <td class="figure">${encryption ?? '-'}</td>
              <td>${conversion ?? '-'}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function bestTable(workload: string, bests: readonly Best[]): Html {
  return html`<div class="scroll" role="region" aria-label="Best rows of ${workload}" tabindex="0">
    <table>
      <caption>
        The best in each respect, and the next scheme
      </caption>
      <thead>
        <tr>
          <th scope="col">In</th>
          <th scope="col">Row</th>
          <th scope="col" class="figure">Figure</th>
          <th scope="col">Next scheme</th>
        </tr>
      </thead>
      <tbody>
        ${bests.map(
          ({ respect, name, value, interval, unit, next, factor }) =>
            html`<tr>
              <th scope="row">${respect}</th>
              <td>${name}</td>
              <td class="figure">${formatQuantity(value, unit, interval)}</td>
              <td>
                ${next === null ? '-' : `${next.name}: ${formatQuantity(next.value, unit)}${factor === null ? '' : `, worse by ${formatQuantity(factor, 'factor')}`}`}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
