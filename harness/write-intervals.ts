/**
 * Writes docs/intervals.md. Takes some minutes.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { coveragePage, PAGE_TRIALS } from './coverage-page.fixture.ts';

writeFileSync(new URL('../docs/intervals.md', import.meta.url), coveragePage(PAGE_TRIALS));
