#!/usr/bin/env node
/**
 * Where the command line begins, whatever Node starts it. Enigmark needs Node 24: an older one hands over to the Node that
 * the `node` package brings. Plain JavaScript in the syntax of Node 16, so that old engines can read it this far.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { constants, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const ENVIRONMENT_UNUSABLE = 4;
const STARTED = 'started';

/** @param {string} version @returns {number} */
function majorOf(version) {
  return Number(version.split('.')[0]);
}

/** The executable of the packaged Node; null where it is missing or too old. @returns {string | null} */
function packagedNode() {
  try {
    const manifestPath = createRequire(import.meta.url).resolve('node/package.json');
    /** @type {{ version: string, bin: { node: string } }} */
    const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));
    const executable = join(dirname(manifestPath), manifest.bin.node);
    return majorOf(manifest.version) >= NEEDED_MAJOR && existsSync(executable) ? executable : null;
  } catch {
    return null;
  }
}

/**
 * Runs this file again under another Node and ends as it ends. The channel between the two tells this one that the other is a Node
 * indeed (a file without content is a program that ends well), and the other when this one is gone.
 *
 * @param {string} executable
 */
function runAgainUnder(executable) {
  const stdio = /** @type {const} */ (['inherit', 'inherit', 'inherit', 'ipc']);
  const child = spawn(executable, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio });
  let started = false;
  child.on('message', (message) => (started ||= message === STARTED));
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'])) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(`the packaged Node does not start (${error.message})`));
  child.on('exit', (code, signal) => {
    if (signal === null && !started) refuse('the packaged Node is damaged');
    process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
  });
}

/** @param {string} problem */
function refuse(problem) {
  process.stderr.write(
    `enigmark: needs Node ${NEEDED_MAJOR} or newer, this is ${process.versions.node}, and ${problem}; ` +
      `run \`npm rebuild node\` with install scripts allowed, or start it with Node ${NEEDED_MAJOR}\n`,
  );
  process.exit(ENVIRONMENT_UNUSABLE);
}

/**
 * Modules are parsed once per version and not once per launch, a tenth of a short one. Launches inherit it by the environment. In the user's
 * own folder: what lies in a shared one, others could replace.
 */
function keepCompiledModules() {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'enigmark', 'modules');
  if (process.env['NODE_COMPILE_CACHE'] === undefined && !isMade(folder)) return;
  process.env['NODE_COMPILE_CACHE'] ??= folder;
  module.enableCompileCache();
}

/**
 * Whether the folder is there, now at the latest. Node's own way to make several never ends where a file system takes none (`/proc`).
 *
 * @param {string} folder @returns {boolean}
 */
function isMade(folder) {
  try {
    if (existsSync(folder)) return true;
    if (!isMade(dirname(folder))) return false;
    mkdirSync(folder);
  } catch {
    // Another process may have been quicker.
  }
  return existsSync(folder);
}

if (majorOf(process.versions.node) >= NEEDED_MAJOR) {
  keepCompiledModules();
  if (process.send) process.send(STARTED);
  // The repository holds TypeScript, the published package what tsc made of it.
  const source = new URL('./main.ts', import.meta.url);
  await import(existsSync(source) ? source.href : new URL('./main.js', import.meta.url).href);
} else {
  const executable = packagedNode();
  if (executable === null) refuse('the Node that its `node` dependency brings is not installed');
  else runAgainUnder(executable);
}
