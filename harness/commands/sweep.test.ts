/** @module */
import { describe, expect, it } from 'vitest';
import { parseSweep } from './sweep.ts';

describe('--sweep', () => {
  it.each([
    ['width=64..300', { workloads: ['width-64', 'width-128', 'width-256'] }],
    ['width=64,96', { workloads: ['width-64', 'width-96'] }],
    ['depth=1..3', { workloads: ['depth-1', 'depth-2', 'depth-3'] }],
    ['batch=1..4', { workloads: ['batch-1', 'batch-2', 'batch-4'] }],
    ['bits=4..5', { workloads: ['bits-4', 'bits-5'] }],
    ['degree=3..7', { workloads: ['activation-sigmoid-3', 'activation-sigmoid-5', 'activation-sigmoid-7'] }],
    ['threads=1..4', { threads: [1, 2, 4] }],
    ['ring=4096..16384', { ringDimensions: [4096, 8192, 16_384] }],
  ])('%s', (words, sweep) => {
    expect(parseSweep(words)).toEqual({ workloads: null, threads: null, ringDimensions: null, ...sweep });
  });

  it.each([
    'width',
    'wdth=64..128',
    'width=128..64',
    'width=64',
    'width=64..99999',
    'width=0..4',
    'depth=1..1000',
    'batch=0..4',
    'degree=4..4',
    'threads=0,1',
    'ring=4096,5000',
    'ring=128..1024',
  ])('refuses %s', (words) => {
    expect(() => parseSweep(words)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
