/**
 * Vega's SVG without what is not seen: a page has hundreds of pictures.
 *
 * @module
 */

/** In turn. Groups have neither fill nor stroke here, so that their backgrounds are invisible. */
const STEPS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/<path class="(?:background|foreground)"(?![^>]* (?:fill|stroke)=)[^>]*\/>/g, ''],
  [/ (?:class|role|aria-roledescription|aria-hidden|pointer-events)="[^"]*"/g, ''],
  [/ (?:opacity="1"|transform="translate\(0,0\)"|[xy]2="0"|stroke-width="1")/g, ''],
];

const FONT = / font-family="[^"]*"/;
/** Attributes of places; a hundredth of a pixel is not seen. */
const PLACES = / (?:transform|d|x|y|x2|y2)="[^"]*"/g;
const LONG_NUMBER = /-?\d+\.\d{3,}(?:e-?\d+)?/g;

/** The same drawing, words untouched. `svg` is what Vega's renderer wrote, with one font throughout. */
export function slimSvg(svg: string): string {
  const [font = ''] = FONT.exec(svg) ?? [];
  // Tags alone: words may look like attributes.
  const slim = svg.replace(/<[^>]*>/g, slimTag);
  return withoutIdleGroups(slim.replace('<g ', `<g${font} `));
}

function slimTag(tag: string): string {
  const visible = STEPS.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), tag).replace(FONT, '');
  return visible.replace(PLACES, (place) => place.replace(LONG_NUMBER, (number) => String(Number(Number(number).toFixed(2)))));
}

/** A group without attributes does nothing, and neither does one without content. */
function withoutIdleGroups(svg: string): string {
  const kept: boolean[] = [];
  const ungrouped = svg.replace(/<g( [^>]*)?>|<\/g>/g, (tag, attributes: string | undefined) => {
    if (tag === '</g>') return kept.pop() === true ? tag : '';
    kept.push(attributes !== undefined);
    return attributes === undefined ? '' : tag;
  });
  return ungrouped.replace(/<g [^>]*><\/g>/g, '');
}
