/**
 * Writes `record.schema.json`, the published JSON Schema (2020-12) of a record: `node harness/write-schema.ts`.
 * That every unknown has its reason in `notes` is checked by `parseRecord` alone; JSON Schema cannot say it.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { recordSchema } from './record.ts';

export const SCHEMA_FILE = fileURLToPath(new URL('record.schema.json', import.meta.url));

/** The file's text: keys sorted, so that equal schemas are equal bytes. */
export function schemaText(): string {
  const schema = { title: 'Enigmark record', ...z.toJSONSchema(recordSchema) };
  return `${JSON.stringify(sorted(schema), null, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
}

if (import.meta.main) writeFileSync(SCHEMA_FILE, schemaText());
