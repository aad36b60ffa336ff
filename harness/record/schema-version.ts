/** Of records and of run.json; `migration.ts` reads those of earlier versions. */
export const SCHEMA_VERSION = 2;
