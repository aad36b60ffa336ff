import { join } from 'node:path';
import { expect, it } from 'vitest';
import { shownPath } from './shown-path.ts';

it('shows a path inside the working folder relative, and no way up out of it', () => {
  expect(shownPath(join(process.cwd(), 'results', 'run'))).toBe(join('results', 'run'));
  expect(shownPath(join('results', 'run'))).toBe(join('results', 'run'));
  expect(shownPath('/elsewhere/run')).toBe('/elsewhere/run');
  expect(shownPath('../beside')).toBe(join(process.cwd(), '..', 'beside'));
});
