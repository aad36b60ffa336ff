/** @module */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { completedRecord, primitivesRecord, recordWithoutResult, trainingRecord } from '../record.examples.ts';
import { fieldGroups } from './field-table.ts';
import { FIELDS_DOCUMENT, publishedSchemas, schemaText, withFieldsOfRecords } from './write-schema.ts';

test.each(Object.values(publishedSchemas))('$title: the committed schema is generated from the program', (published) => {
  expect(readFileSync(published.file, 'utf8')).toBe(schemaText(published));
});

const groups = fieldGroups(JSON.parse(schemaText(publishedSchemas.record)));
const fields = groups.flatMap((group) => group.fields);

test('every field of records has words', () => {
  expect(fields.filter(({ meaning }) => meaning === '')).toEqual([]);
});

test('every field that a record has on its first level is told, and none twice', () => {
  const records = [completedRecord(), primitivesRecord(), trainingRecord(), recordWithoutResult('failed', { epochs: [] })];
  const told = groups.map((group) => group.fields.map(({ path }) => path));
  for (const name of new Set(records.flatMap((record) => Object.keys(record)))) {
    expect(
      told.flat().filter((path) => path.split(/[.[]/)[0] === name),
      name,
    ).not.toEqual([]);
  }
  for (const paths of told) expect(new Set(paths).size).toBe(paths.length);
});

test('the document has the table that the program writes', () => {
  const document = readFileSync(FIELDS_DOCUMENT, 'utf8');
  expect(withFieldsOfRecords(document)).toBe(document);
});
