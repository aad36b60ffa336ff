/**
 * Registers in the memory of a WebAssembly kernel (`assembly/index.ts`), in base n~.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { EnigmarkError } from '../../errors.ts';
import { bytesOf, integerOf } from '../numbers/integers.ts';
import { RegisterNumbers } from './register-numbers.ts';
import type { KeptProducts, Of, Residues } from './residues.ts';

interface Kernel {
  probeMultiplyAdd(a: number, b: number, c: number): number;
  bytesAddress(): number;
  setModulus(): void;
  loadResidue(to: number): void;
  storeHalf(half: number): void;
  multiply(to: number, left: number, right: number): void;
  squareOften(to: number, from: number, times: number): void;
  run(list: number, count: number, first: number): void;
}

const BUILDS = { modulus: { file: 'modulo-n.wasm', halfLimbs: 64 }, prime: { file: 'modulo-p.wasm', halfLimbs: 36 } } as const;
const LIMB_BITS = 51;
/** Registers begin behind what the kernel keeps for itself. */
const REGISTERS_AT = 65536;
const PAGE_BYTES = 65536;
/** n~ is -1 modulo 2 to so many. */
const FRIENDLY_BITS = 153;

const modules = new Map<Of, WebAssembly.Module>();

function moduleOf(of: Of): WebAssembly.Module {
  const module = modules.get(of) ?? new WebAssembly.Module(readFileSync(new URL(`assembly/${BUILDS[of].file}`, import.meta.url)));
  modules.set(of, module);
  return module;
}

function instantiate(of: Of, memory: WebAssembly.Memory): Kernel {
  const abort = (): never => {
    throw new Error('the kernel aborted');
  };
  return new WebAssembly.Instance(moduleOf(of), { env: { memory, abort } }).exports as unknown as Kernel;
}

let fused: boolean | undefined;

/** Whether this engine runs the kernel and rounds a multiply-add once, without which every product would be wrong. Probed once. */
export function isFused(): boolean {
  fused ??= probe();
  return fused;
}

function probe(): boolean {
  try {
    const kernel = instantiate('modulus', new WebAssembly.Memory({ initial: 1 }));
    // 2^-60 is lost where the product is rounded first.
    return kernel.probeMultiplyAdd(1 + 2 ** -30, 1 - 2 ** -30, -1) === -(2 ** -60);
  } catch {
    return false;
  }
}

/** The multiple of an odd number that is -1 modulo 2^153, by Newton's method for the inverse. */
function friendlyMultiple(root: bigint): bigint {
  let inverse = 1n;
  for (let bits = 1; bits < FRIENDLY_BITS; bits *= 2) inverse = BigInt.asUintN(FRIENDLY_BITS, inverse * (2n - root * inverse));
  return BigInt.asUintN(FRIENDLY_BITS, -inverse) * root;
}

export class FusedResidues implements Residues {
  readonly path = 'fused';
  readonly radix: bigint;
  readonly modulus: bigint;
  readonly #memory = new WebAssembly.Memory({ initial: REGISTERS_AT / PAGE_BYTES });
  readonly #kernel: Kernel;
  /** n~ */
  readonly #base: bigint;
  readonly #halfBytes: number;
  readonly #modulusBytes: number;
  readonly #numbers = new RegisterNumbers();
  #bytes: Uint8Array;

  constructor(root: bigint, of: Of) {
    const { halfLimbs } = BUILDS[of];
    this.#kernel = instantiate(of, this.#memory);
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#halfBytes = 8 * halfLimbs;
    this.modulus = root * root;
    this.#modulusBytes = Math.ceil(this.modulus.toString(16).length / 2);
    this.radix = (1n << BigInt(LIMB_BITS * halfLimbs)) % this.modulus;
    this.#base = friendlyMultiple(root);
    this.#writeBytes(bytesOf((this.#base + 1n) >> BigInt(FRIENDLY_BITS), this.#halfBytes));
    this.#kernel.setModulus();
  }

  get reserved_bytes(): number {
    return this.#memory.buffer.byteLength;
  }
  get live_bytes(): number {
    return REGISTERS_AT + this.#numbers.live * 2 * this.#halfBytes;
  }
  reserve(count: number): number {
    const first = this.#numbers.take(count);
    const needed_bytes = this.#address(this.#numbers.count) - this.reserved_bytes;
    if (needed_bytes > 0) this.#grow(needed_bytes);
    return first;
  }
  free(first: number, count: number): void {
    this.#numbers.give(first, count);
  }
  load(register: number, bytes: Uint8Array): void {
    this.#writeBytes(bytes);
    this.#kernel.loadResidue(this.#address(register));
  }
  write(register: number, x: bigint): void {
    this.load(register, bytesOf((x * this.radix) % this.modulus, this.#modulusBytes));
  }
  read(register: number): bigint {
    const address = this.#address(register);
    return (this.#half(address) + this.#half(address + this.#halfBytes) * this.#base) % this.modulus;
  }
  copy(to: number, from: number): void {
    const address = this.#address(from);
    this.#bytes.copyWithin(this.#address(to), address, address + 2 * this.#halfBytes);
  }
  multiply(to: number, left: number, right: number): void {
    this.#kernel.multiply(this.#address(to), this.#address(left), this.#address(right));
  }
  square(to: number, from: number, times: number): void {
    this.#kernel.squareOften(this.#address(to), this.#address(from), times);
  }
  keep(products: Uint32Array): KeptProducts {
    const registers = Math.max(1, Math.ceil(products.byteLength / (2 * this.#halfBytes)));
    const first = this.reserve(registers);
    new Uint32Array(this.#memory.buffer, this.#address(first), products.length).set(products);
    return { products, first, registers };
  }
  run({ products, first: list }: KeptProducts, first: number): void {
    this.#kernel.run(this.#address(list), products.length / 3, this.#address(first));
  }
  drop({ first, registers }: KeptProducts): void {
    this.free(first, registers);
  }

  #address(register: number): number {
    return REGISTERS_AT + register * 2 * this.#halfBytes;
  }
  /** Kernels read whole words behind the bytes. */
  #writeBytes(bytes: Uint8Array): void {
    const address = this.#kernel.bytesAddress();
    this.#bytes.fill(0, address + bytes.length, address + 2 * this.#halfBytes);
    this.#bytes.set(bytes, address);
  }
  #half(address: number): bigint {
    this.#kernel.storeHalf(address);
    const bytes = this.#kernel.bytesAddress();
    return integerOf(this.#bytes.subarray(bytes, bytes + this.#halfBytes));
  }
  /** By half as much again, so that memory is seldom grown. @throws EnigmarkError OUT_OF_MEMORY */
  #grow(needed_bytes: number): void {
    try {
      this.#memory.grow(Math.ceil(Math.max(needed_bytes, this.reserved_bytes / 2) / PAGE_BYTES));
    } catch (cause) {
      throw new EnigmarkError('OUT_OF_MEMORY', {
        expected: `${needed_bytes} bytes more for ciphertexts`,
        got: 'no more memory from the engine',
        remedy: 'take a smaller network or a machine with more memory',
        cause,
      });
    }
    this.#bytes = new Uint8Array(this.#memory.buffer);
  }
}
