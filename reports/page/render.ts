/**
 * The files of the HTML format: the page, and every picture by itself, drawn and as a Vega-Lite specification.
 *
 * @module
 */
import { printableJson } from '../../harness/record/printable.ts';
import type { Chosen } from '../choose-tables.ts';
import { growthPictures } from '../pictures/growth-pictures.ts';
import { networkPictures } from '../pictures/network-pictures.ts';
import { drawPictures } from '../pictures/picture.ts';
import { trainingPictures } from '../pictures/training-pictures.ts';
import type { ReportInput } from '../report-input.ts';
import { chosenPages } from '../write.ts';
import { renderPage } from './page.ts';

/**
 * Text by file name: `report.html`, and for each picture `picture-<name>.svg` and `picture-<name>.vl.json`.
 *
 * @throws EnigmarkError TABLE_MISSING, COLUMN_MISSING
 */
export async function renderHtml(run: ReportInput, chosen: Chosen): Promise<ReadonlyMap<string, string>> {
  const pages = chosenPages(run, chosen);
  const pictures = await drawPictures([...growthPictures(run.records), ...networkPictures(run.records), ...trainingPictures(run.records)]);
  return new Map([
    ['report.html', renderPage(run, pages, pictures)],
    ...pictures.flatMap(({ name, svg, spec }) => [
      [`picture-${name}.svg`, `${svg}\n`] as const,
      [`picture-${name}.vl.json`, `${printableJson(spec, 1)}\n`] as const,
    ]),
  ]);
}
