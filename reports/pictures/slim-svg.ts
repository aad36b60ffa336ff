/**
 * Vega's SVG in fewer bytes: without what is not seen, and with marks that are alike in one element. A page has hundreds of pictures.
 *
 * @module
 */

/** In turn. Groups have neither fill nor stroke here, so that their backgrounds are invisible, and a line to its own start is none. */
const STEPS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/<path class="(?:background|foreground)"(?![^>]* (?:fill|stroke)=)[^>]*\/>/g, ''],
  [/ (?:class|role|aria-roledescription|aria-hidden|aria-label|pointer-events)="[^"]*"/g, ''],
  [/ (?:opacity="1"|transform="translate\(0,0\)"|[xy]2="-?0"|stroke-width="1"|stroke-miterlimit="4")/g, ''],
  [/<line(?![^>]* [xy]2=)[^>]*\/>/g, ''],
  // What has no stroke has no width of one.
  [/^(?!.* stroke=)(.*) stroke-width="[^"]*"/, '$1'],
];

const FONT = / font-family="[^"]*"/;
/** Attributes of places; a hundredth of a pixel is not seen. */
const PLACES = / (?:transform|d|x|y|x2|y2)="[^"]*"/g;
const LONG_NUMBER = /-?\d+\.\d{3,}(?:e-?\d+)?/g;

/** What most words have; the picture's own group says it for all of them. */
const USUAL_WORDS = ' fill="currentColor" font-size="12px"';

/** The same drawing, words untouched. `svg` is what Vega's renderer wrote, with one font throughout. */
export function slimSvg(svg: string): string {
  const [font = ''] = FONT.exec(svg) ?? [];
  const seen = svg.replace(/<text[^>]* opacity="0"[^>]*>[^<]*<\/text>/g, '');
  // Tags alone: words may look like attributes.
  const slim = seen.replace(/<[^>]*>/g, slimTag).replace(/(?:<line [^>]*\/>)+/g, joinLines);
  return withoutIdleGroups(slim.replace(/<g(?: fill="none")?/, `<g${font}${USUAL_WORDS}`));
}

function slimTag(tag: string): string {
  const visible = STEPS.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), tag).replace(FONT, '');
  const short = visible.replace(PLACES, (place) => place.replace(LONG_NUMBER, (number) => String(Number(Number(number).toFixed(2)))));
  if (short.startsWith('<text')) return placedWords(short);
  return /^<(?:path|rect)(?![^>]* fill=)/.test(short) ? short.replace(/^<\w+/, '$& fill="none"') : circle(short);
}

function placedWords(tag: string): string {
  return tag
    .replace(/ (?:fill="currentColor"|font-size="12px"|text-anchor="start"|font-weight="normal")/g, '')
    .replace(/ transform="translate\(([^,]+),([^)]+)\)"/, ' x="$1" y="$2"');
}

/** Vega draws a round point as two arcs. */
function circle(tag: string): string {
  return tag.replace(
    /^<path transform="translate\(([^,]+),([^)]+)\)" d="M([\d.]+),0A\3,\3,0,1,1,-\3,0A\3,\3,0,1,1,\3,0"/,
    '<circle cx="$1" cy="$2" r="$3"',
  );
}

/** Lines that follow each other and look alike, as those of a grid, are one path. */
function joinLines(lines: string): string {
  let [open, joined] = ['', ''];
  for (const [, attributes] of lines.matchAll(/<line([^>]*)\/>/g)) {
    const [, x = '0', y = '0'] = / transform="translate\(([^,]+),([^)]+)\)"/.exec(attributes!) ?? [];
    const [across = '', down = ''] = ['x', 'y'].map((axis) => new RegExp(` ${axis}2="([^"]+)"`).exec(attributes!)?.[1]);
    const line = `M${x} ${y}${across === '' ? `v${down}` : down === '' ? `h${across}` : `l${across} ${down}`}`;
    const look = attributes!.replace(/ (?:transform|[xy]2)="[^"]*"/g, '');
    joined += open === look ? line : `${joined === '' ? '' : `"${open}/>`}<path d="${line}`;
    open = look;
  }
  return `${joined}"${open}/>`;
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
