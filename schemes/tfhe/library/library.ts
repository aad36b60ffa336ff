/**
 * The library that the wire formats belong to. They are not versioned, so that no other version will do.
 *
 * @module
 */
export const LIBRARY = { name: 'node-tfhe', version: '1.7.0' } as const;
