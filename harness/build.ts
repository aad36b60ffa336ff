/**
 * Makes `dist/` for publishing: what tsc emits, and beside it the files that are read at run time.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ASSETS = [
  'harness/start.js',
  'harness/record/record.schema.json',
  'workloads/**/*.{json,safetensors,gz,csv}',
  'workloads/data/mnist/LICENSE',
  'reports/literature/published.json',
  'schemes/**/*.wasm',
];

rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(ROOT, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
for (const asset of globSync(ASSETS, { cwd: ROOT, exclude: ['workloads/{own,onnx}/fixtures/**'] })) {
  const target = join(ROOT, 'dist', asset);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(ROOT, asset), target);
}
