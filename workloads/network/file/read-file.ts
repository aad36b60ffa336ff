/**
 * Reading of the files that a network is made of.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import type { z } from 'zod';
import { EnigmarkError } from '../../../schemes/errors.ts';
import { readCsv } from './csv.ts';
import { lookAt } from './look-at.ts';
import { type NetworkFile, networkFileSchema } from './network-file.ts';
import { readNpy, readNpz } from './npy.ts';
import { readSafetensors, type TensorFile } from './safetensors.ts';

const MOST_JSON_BYTES = 2 ** 22;
const MOST_TENSOR_BYTES = 2 ** 28;

/** @throws EnigmarkError NETWORK_FILE_MISSING, NETWORK_FILE_UNREADABLE, NETWORK_TOO_LARGE */
function readBounded(path: string, most_bytes: number): Uint8Array {
  const name = basename(path);
  const found = lookAt(path);
  if (found?.isFile() !== true) {
    throw new EnigmarkError('NETWORK_FILE_MISSING', {
      expected: `the file ${name}`,
      got: found === null ? 'none of that name' : 'something that is no file',
      remedy: 'check the path; weights and samples lie in the folder of the JSON file',
    });
  }
  if (found.size > most_bytes) {
    throw new EnigmarkError('NETWORK_TOO_LARGE', {
      expected: `at most ${most_bytes} bytes in ${name}`,
      got: `${found.size}`,
      remedy: 'take a smaller network: one of this size is out of reach under encryption',
    });
  }
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new EnigmarkError('NETWORK_FILE_UNREADABLE', {
      expected: `to read ${name}`,
      got: 'a refusal',
      remedy: 'check its permissions',
      cause,
    });
  }
}

/** Whether the file is a whole model, with its weights: ONNX. */
export function isModelFile(path: string): boolean {
  return extname(path).toLowerCase() === '.onnx';
}

/** 'layers[2].kind' */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text === '' ? '' : '.'}${String(key)}`),
    '',
  );
}

/** The first thing that is wrong, where, and what was given there; of layers with their name. */
function firstIssue(error: z.ZodError, json: unknown): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'something else';
  const place = pathText(issue.path);
  if (place === '') return issue.message;
  const given = valueAt(json, issue.path);
  const shown =
    given === undefined || (typeof given === 'object' && given !== null) ? '' : `, not ${JSON.stringify(given).slice(0, MOST_SHOWN)}`;
  const layer = issue.path[0] === 'layers' ? valueAt(json, [...issue.path.slice(0, 2), 'name']) : undefined;
  const named = typeof layer === 'string' ? ` (layer ${JSON.stringify(layer.slice(0, MOST_SHOWN))})` : '';
  return `${place}${named}: ${issue.message}${shown}`;
}

/** Of a value that a message quotes. */
const MOST_SHOWN = 60;

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
}

/** What takes the place of layers that people bring and no scheme computes. */
const INSTEAD: Readonly<Record<string, string>> = {
  maxPool: 'give its window: height and width, and stride, padding and dilation where they are not the usual ones',
  dropout: 'dropout does nothing at inference: leave it out',
  layerNorm: 'layer normalisation divides by what is encrypted: train with batchNorm',
};

function remedyFor(error: z.ZodError, json: unknown): string {
  const [issue] = error.issues;
  const kind = issue?.path[0] === 'layers' ? valueAt(json, [...issue.path.slice(0, 2), 'kind']) : undefined;
  return (typeof kind === 'string' ? INSTEAD[kind] : undefined) ?? 'see workloads/network/network.schema.json';
}

/**
 * The topology, checked against the schema.
 *
 * @throws EnigmarkError NETWORK_FILE_MISSING, NETWORK_FILE_UNREADABLE, NETWORK_TOO_LARGE, NETWORK_FILE_JSON (not JSON),
 * NETWORK_FILE_INVALID (against the schema)
 */
export function readNetworkFile(path: string): NetworkFile {
  const name = basename(path);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(readBounded(path, MOST_JSON_BYTES)));
  } catch (cause) {
    if (cause instanceof EnigmarkError) throw cause;
    const got = cause instanceof Error ? cause.message : 'something else';
    throw new EnigmarkError('NETWORK_FILE_JSON', { expected: `JSON in ${name}`, got, remedy: 'repair the file', cause });
  }
  const parsed = networkFileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new EnigmarkError('NETWORK_FILE_INVALID', {
    expected: `a network in ${name}`,
    got: firstIssue(parsed.error, json),
    remedy: remedyFor(parsed.error, json),
    cause: parsed.error,
  });
}

/**
 * Paths of everything that a network is made of: the topology, and the weights and samples that it names; of a model that is one file,
 * that file.
 *
 * @throws EnigmarkError as `readNetworkFile` does
 */
export function networkFiles(path: string): readonly string[] {
  if (isModelFile(path)) return [path];
  const { weights, samples } = readNetworkFile(path);
  return [path, ...[weights, samples].filter((file) => file !== undefined).map((file) => join(dirname(path), file))];
}

/** How the numbers of a file are read, by its ending. */
const FORMATS: Readonly<Record<string, (bytes: Uint8Array) => TensorFile>> = {
  '.safetensors': readSafetensors,
  '.npz': readNpz,
  '.npy': (bytes) => {
    const inputs = readNpy(bytes, 'the file');
    return { names: ['inputs'], read: (name) => (name === 'inputs' ? inputs : null) };
  },
  '.csv': readCsv,
};

/**
 * Weights or samples: safetensors, an archive of NumPy's arrays, one array (`inputs`), or a table of numbers as text.
 *
 * @throws EnigmarkError NETWORK_FILE_MISSING, NETWORK_FILE_UNREADABLE, NETWORK_TOO_LARGE, NETWORK_FILE_FORMAT (of another ending), and as
 * `readSafetensors`, `readNpz`, `readNpy` and `readCsv` do
 */
export function readTensors(path: string): TensorFile {
  const read = FORMATS[extname(path).toLowerCase()];
  if (read === undefined) {
    throw new EnigmarkError('NETWORK_FILE_FORMAT', {
      expected: `${basename(path)} to end in ${Object.keys(FORMATS).join(', ')}`,
      got: `"${extname(path)}"`,
      remedy: 'convert it, for instance with numpy.savez',
    });
  }
  return read(readBytes(path));
}

/** The bytes of a file that is not too large. @throws EnigmarkError NETWORK_FILE_MISSING, NETWORK_FILE_UNREADABLE, NETWORK_TOO_LARGE */
export function readBytes(path: string): Uint8Array {
  return readBounded(path, MOST_TENSOR_BYTES);
}
