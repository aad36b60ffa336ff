/**
 * The fallback: registers are bigint. Six times slower (`a * b % m`: 30 us where the kernel takes 4.5 us, n of 3,072 bits).
 *
 * @module
 */
import { integerOf } from '../numbers/integers.ts';
import type { KeptProducts, Residues } from './residues.ts';
import { RegisterNumbers } from './register-numbers.ts';

export class BigintResidues implements Residues {
  readonly path = 'fallback';
  readonly radix = 1n;
  readonly modulus: bigint;
  readonly reserved_bytes = 0;
  readonly #registers: bigint[] = [];
  readonly #numbers = new RegisterNumbers();
  readonly #register_bytes: number;

  constructor(root: bigint) {
    this.modulus = root * root;
    this.#register_bytes = Math.ceil(this.modulus.toString(16).length / 2);
  }

  get live_bytes(): number {
    return this.#numbers.live * this.#register_bytes;
  }
  reserve(count: number): number {
    const first = this.#numbers.take(count);
    for (let register = first; register < first + count; register++) this.#registers[register] = 0n;
    return first;
  }
  free(first: number, count: number): void {
    this.#numbers.give(first, count);
    this.#registers.fill(0n, first, first + count);
  }
  load(register: number, bytes: Uint8Array): void {
    this.#registers[register] = integerOf(bytes);
  }
  write(register: number, x: bigint): void {
    this.#registers[register] = x;
  }
  read(register: number): bigint {
    return this.#registers[register]!;
  }
  copy(to: number, from: number): void {
    this.#registers[to] = this.#registers[from]!;
  }
  multiply(to: number, left: number, right: number): void {
    this.#registers[to] = (this.#registers[left]! * this.#registers[right]!) % this.modulus;
  }
  square(to: number, from: number, times: number): void {
    this.multiply(to, from, from);
    for (let at = 1; at < times; at++) this.multiply(to, to, to);
  }
  keep(products: Uint32Array): KeptProducts {
    return { products, first: 0, registers: 0 };
  }
  drop(): void {
    return;
  }
  run({ products }: KeptProducts, first: number): void {
    for (let at = 0; at < products.length; at += 3)
      this.multiply(first + products[at]!, first + products[at + 1]!, first + products[at + 2]!);
  }
}
