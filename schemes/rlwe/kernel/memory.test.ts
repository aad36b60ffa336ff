import { expect, it } from 'vitest';
import { Arena } from './memory.ts';

it('gives blocks that do not overlap, and takes them back', () => {
  const arena = new Arena();
  const blocks = [8, 100, 65_536, 8, 1_000_000].map((bytes) => ({ bytes, address: arena.allocate(bytes) }));
  const spans = blocks.map(({ bytes, address }) => [address, address + bytes] as const).sort(([a], [b]) => a - b);
  for (let i = 1; i < spans.length; i++) expect(spans[i]![0]).toBeGreaterThanOrEqual(spans[i - 1]![1]);
  for (const { address } of blocks) expect(address % 64).toBe(0);
  expect(arena.live_bytes).toBeGreaterThanOrEqual(blocks.reduce((sum, { bytes }) => sum + bytes, 0));
  for (const { address } of blocks) arena.release(address);
  expect(arena.live_bytes).toBe(0);
});

it('uses given-back blocks again', () => {
  const arena = new Arena();
  const first = arena.allocate(4096);
  arena.release(first);
  expect(arena.allocate(4096)).toBe(first);
  expect(() => arena.release(12_345)).toThrow('no live block');
});

it('refuses to outgrow its limit, and stays usable', () => {
  const arena = new Arena(false, 4_000_000);
  expect(() => arena.allocate(8_000_000)).toThrow(expect.objectContaining({ code: 'OUT_OF_MEMORY' }));
  const address = arena.allocate(1_000_000);
  arena.f64[address / 8] = 5;
  expect(arena.f64[address / 8]).toBe(5);
  expect(arena.size_bytes).toBeLessThanOrEqual(4_000_000);
});
