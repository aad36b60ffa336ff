import { expect, it } from 'vitest';
import { clusterOptions } from './cluster.ts';

it('help offers no option that a cluster refuses, and no folder by default', () => {
  const offered = Object.entries(clusterOptions).filter(([, option]) => !('hidden' in option));
  const names = offered.map(([name]) => name);
  expect(names).toContain('resume');
  for (const refused of ['json', 'dry-run', 'shard', 'tables']) expect(names).not.toContain(refused);
  expect(clusterOptions.out.describe).not.toContain('default');
});
