/**
 * A picture: a Vega-Lite specification with its data inside, and the words for who does not see it.
 *
 * @module
 */
import { resetSVGDefIds } from 'vega';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { printable } from '../../harness/record/printable.ts';
import { slimSvg } from './slim-svg.ts';

export interface Picture {
  /** Of its files: letters, digits and hyphens. */
  readonly name: string;
  readonly title: string;
  /** How to read it. */
  readonly caption: string;
  readonly spec: TopLevelSpec;
}

export interface DrawnPicture extends Picture {
  readonly svg: string;
}

/** Lines and letters take the colour of the text around them, so that one drawing serves dark and light pages. */
const CONFIG = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  aria: false,
  axis: {
    labelColor: 'currentColor',
    titleColor: 'currentColor',
    domainColor: 'currentColor',
    tickColor: 'currentColor',
    gridColor: 'currentColor',
    gridOpacity: 0.15,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    // Without a browser Vega takes letters for wider than they are.
    labelLimit: 400,
  },
  header: { labelColor: 'currentColor', titleColor: 'currentColor', labelFontSize: 12, labelFontWeight: 'bold' },
  legend: { labelColor: 'currentColor', titleColor: 'currentColor', labelFontSize: 12, titleFontSize: 12 },
  text: { color: 'currentColor', fontSize: 12 },
  view: { stroke: null },
} as const;

/** One after the other: equal pictures give equal bytes; their names, and ids inside them, are unique among them. */
export async function drawPictures(pictures: readonly Picture[]): Promise<readonly DrawnPicture[]> {
  resetSVGDefIds();
  const drawn: DrawnPicture[] = [];
  for (const picture of withOwnNames(pictures)) {
    const spec = printableSpec({ ...picture.spec, config: CONFIG });
    // Vega writes marks of its own into the data.
    const view = new vega.View(vega.parse(compile(structuredClone(spec)).spec), { renderer: 'none' });
    drawn.push({ ...picture, spec, svg: slimSvg(await view.toSVG()) });
    view.finalize();
  }
  return drawn;
}

/** Networks whose names differ in what no file name has. */
function withOwnNames(pictures: readonly Picture[]): readonly Picture[] {
  const taken = new Set<string>();
  return pictures.map((picture) => {
    let { name } = picture;
    for (let again = 2; taken.has(name); again++) name = `${picture.name}-${again}`;
    taken.add(name);
    return { ...picture, name };
  });
}

/** XML has no control characters: one in a name would leave no drawing at all. */
function printableSpec(spec: TopLevelSpec): TopLevelSpec {
  const words = (_: string, held: unknown): unknown => (typeof held === 'string' ? printable(held) : held);
  return JSON.parse(JSON.stringify(spec, words)) as TopLevelSpec;
}
