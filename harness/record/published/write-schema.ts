/**
 * Writes the published JSON Schemas (2020-12), and the table of fields in docs/records.md: `npm run schema`.
 * That every unknown of a record has its reason in `notes` is checked by `parseRecord` alone; JSON Schema cannot say it.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { networkFileSchema } from '../../../workloads/network/file/network-file.ts';
import { recordSchema } from '../record.ts';
import { fieldGroups, withFields } from './field-table.ts';

export interface PublishedSchema {
  readonly title: string;
  readonly file: string;
  readonly schema: z.ZodType;
}

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export const publishedSchemas = {
  record: { title: 'Enigmark record', file: path('../record.schema.json'), schema: recordSchema },
  network: { title: 'Enigmark network', file: path('../../../workloads/network/network.schema.json'), schema: networkFileSchema },
} satisfies Record<string, PublishedSchema>;

/** The file's text, of what may be written: fields with a default may be left out. Keys are sorted, so that equal schemas are equal bytes. */
export function schemaText({ title, schema }: PublishedSchema): string {
  return `${JSON.stringify(sorted({ title, ...z.toJSONSchema(schema, { io: 'input' }) }), null, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
}

export const FIELDS_DOCUMENT = path('../../../docs/records.md');

/** The document with what the schema says of every field. */
export function withFieldsOfRecords(document: string): string {
  return withFields(document, fieldGroups(JSON.parse(schemaText(publishedSchemas.record))));
}

if (import.meta.main) {
  for (const published of Object.values(publishedSchemas)) writeFileSync(published.file, schemaText(published));
  writeFileSync(FIELDS_DOCUMENT, withFieldsOfRecords(readFileSync(FIELDS_DOCUMENT, 'utf8')));
}
