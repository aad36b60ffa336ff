/**
 * `npm run tfhe:faults` simulates TFHE's networks of digits, with faults and without, and writes the tables of docs/noisy-networks.md.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { simulatedTables, withSimulated } from './noisy-networks.fixture.ts';

const DOCUMENT = fileURLToPath(new URL('../docs/noisy-networks.md', import.meta.url));

writeFileSync(DOCUMENT, withSimulated(readFileSync(DOCUMENT, 'utf8'), await simulatedTables()));
