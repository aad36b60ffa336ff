/**
 * Of records and of run.json; `migration.ts` reads those of earlier versions.
 *
 * @module
 */
export const SCHEMA_VERSION = 2;
