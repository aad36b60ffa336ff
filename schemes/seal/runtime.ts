/**
 * Loading node-seal, with types for its untyped parts: module options, thrown values, vectors of `any`.
 *
 * Client and evaluator each get a wasm instance with its own memory; the compiled module is shared. The instance of an evaluator
 * has no class that could make or use a secret.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { EnigmarkError } from '../errors.ts';
import initialize from 'node-seal/allows';
import type { MainModule } from 'node-seal/allows';

/** Classes that hold, make or use a secret key. */
type SecretClass = 'KeyGenerator' | 'SecretKey' | 'Decryptor' | 'Encryptor';
export type ClientLibrary = MainModule;
export type EvaluatorLibrary = Omit<MainModule, SecretClass>;

export interface Instance<L> {
  readonly library: L;
  /** Bytes of the instance's linear memory; it never shrinks. */
  readonly memory_bytes: () => number;
}

/**
 * The build that allows transparent ciphertexts: a model may multiply by zero, and a result that says so leaks nothing of
 * the client's.
 */
const WASM_FILE = join('dist', 'seal_allows.wasm');
const GLUE_FILE = join('dist', 'seal_allows.js');
let compiled: Promise<WebAssembly.Module> | null = null;

/** Version of the installed package. */
export function libraryVersion(): string {
  const description: unknown = JSON.parse(readFileSync(packageFile(), 'utf8'));
  return typeof description === 'object' && description !== null && 'version' in description ? String(description.version) : 'unknown';
}

/** An instance with everything, for the client. @throws EnigmarkError LIBRARY_UNUSABLE */
export async function clientInstance(): Promise<Instance<ClientLibrary>> {
  return instantiate();
}

/** An instance without the classes that touch a secret. @throws EnigmarkError LIBRARY_UNUSABLE */
export async function evaluatorInstance(): Promise<Instance<EvaluatorLibrary>> {
  const { library, memory_bytes } = await instantiate();
  const hidden: ReadonlySet<string> = new Set<SecretClass>(['KeyGenerator', 'SecretKey', 'Decryptor', 'Encryptor']);
  const visible = Object.fromEntries(Object.entries(library).filter(([name]) => !hidden.has(name)));
  return { library: visible as EvaluatorLibrary, memory_bytes };
}

/** The C++ stack of an instance. Between calls from JavaScript it is empty: its pointer stands at `base`. */
interface Stack {
  readonly memory: WebAssembly.Memory;
  readonly base: number;
  readonly restore: (pointer: number) => void;
}

/**
 * Of the instances that are alive. An exception that leaves wasm does not unwind this stack (Emscripten, "C++ exceptions
 * support", on stackSave and stackRestore; its issue 21606): unrestored, some thousand refusals would run over the heap.
 */
const stacks = new Set<WeakRef<Stack>>();

function unwindStacks(): void {
  for (const reference of stacks) {
    const stack = reference.deref();
    if (stack === undefined) stacks.delete(reference);
    else stack.restore(stack.base);
  }
}

/** Names in the build are shortened: the JavaScript beside it says which is which. */
function stackOf(exports: WebAssembly.Exports): Stack {
  const glue = readFileSync(join(dirname(packageFile()), GLUE_FILE), 'utf8');
  const exported = (name: string): unknown => exports[new RegExp(`\\b_*${name}=wasmExports\\["([^"]+)"\\]`).exec(glue)?.[1] ?? name];
  const current = exported('emscripten_stack_get_current') as () => number;
  const restore = exported('emscripten_stack_restore') as Stack['restore'];
  return { memory: exported('wasmMemory') as WebAssembly.Memory, base: current(), restore };
}

async function instantiate(): Promise<Instance<MainModule>> {
  try {
    compiled ??= compile();
    const module = await compiled;
    let exports: WebAssembly.Exports = {};
    const library = await initialize({
      instantiateWasm(imports: WebAssembly.Imports, ready: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void) {
        void WebAssembly.instantiate(module, imports).then((instance) => {
          exports = instance.exports;
          ready(instance, module);
        });
        return {};
      },
    });
    const stack = stackOf(exports);
    stacks.add(new WeakRef(stack));
    return { library, memory_bytes: () => stack.memory.buffer.byteLength };
  } catch (cause) {
    throw new EnigmarkError('LIBRARY_UNUSABLE', {
      expected: 'node-seal 7, which needs Node 24 or newer',
      got: `${cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)} on Node ${process.version}`,
      remedy: 'run `npm ci` and start through npm, which brings its own Node',
      cause,
    });
  }
}

async function compile(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(join(dirname(packageFile()), WASM_FILE)));
}

function packageFile(): string {
  const found = findPackageJSON('node-seal', import.meta.url);
  if (found === undefined) throw new Error('node-seal is not installed');
  return found;
}

/** Runs library code, and throws an EnigmarkError of that code where it throws. */
export function guarded<R>(code: string, expected: string, work: () => R): R {
  try {
    return work();
  } catch (thrown) {
    unwindStacks();
    if (thrown instanceof EnigmarkError) throw thrown;
    throw new EnigmarkError(code, {
      expected,
      got: describeThrown(thrown),
      remedy: 'use the bytes and keys of this plan, unchanged',
      cause: thrown,
    });
  }
}

/** C++ exceptions arrive as WebAssembly.Exception, not as Error; their message is a pair of type and text. */
function describeThrown(thrown: unknown): string {
  const message: unknown = typeof thrown === 'object' && thrown !== null && 'message' in thrown ? thrown.message : thrown;
  return Array.isArray(message) ? message.join(': ') : String(message);
}
