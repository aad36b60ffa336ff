/** @module */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { publishedSchemas, schemaText } from './write-schema.ts';

test.each(Object.values(publishedSchemas))('$title: the committed schema is generated from the program', (published) => {
  expect(readFileSync(published.file, 'utf8')).toBe(schemaText(published));
});
