/**
 * The library that the wire formats belong to. They have no version number, so that no other version of the library is accepted.
 *
 * @module
 */
export const LIBRARY = { name: 'node-tfhe', version: '1.7.0' } as const;
