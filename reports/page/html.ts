/**
 * HTML in which no text can become markup.
 *
 * @module
 */
import { printable } from '../../harness/record/printable.ts';

/** Markup that is meant as such. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | Html | readonly Html[] | null;

/** A template whose values are escaped, unless they are HTML themselves; null writes nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { markup: strings.reduce((before, after, index) => `${before}${markupOf(parts[index - 1] ?? null)}${after}`) };
}

/** What is HTML already: our own style, script and drawings. */
export function raw(markup: string): Html {
  return { markup };
}

/**
 * What is far down the page. Where JavaScript is off, a browser reads it like all else; where it runs, it takes it for text, which costs
 * next to nothing, until `enhance` unfolds it.
 */
export function later(content: Html): Html {
  return html`<noscript class="later">${content}</noscript>`;
}

function markupOf(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** For text and for values of attributes in quotation marks. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
