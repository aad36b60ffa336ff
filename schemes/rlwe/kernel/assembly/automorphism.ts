/**
 * Automorphisms X -> X^g of a polynomial.
 *
 * In NTT form they permute the values. SEAL's order keeps pairs (2k, 2k + 1) together, possibly swapped, so one u32 byte offset per
 * pair names the source of its first value, and the second lies at the offset with bit 3 flipped. In coefficient form they permute
 * and negate: one u32 per coefficient, byte offset of the source with the sign in bit 0.
 *
 * @module
 */

/** The pair of values whose first lies at source + offset. */
@inline export function gatherPair(source: usize, offset: usize): v128 {
  return v128.load64_lane(source + (offset ^ 8), v128.load64_zero(source + offset), 1);
}

/** target = source permuted; the two must not overlap. */
export function permute(source: usize, target: usize, table: usize, n: i32): void {
  const end = table + (<usize>n << 1);
  while (table < end) {
    v128.store(target, gatherPair(source, <usize>load<u32>(table)));
    v128.store(target, gatherPair(source, <usize>load<u32>(table, 4)), 16);
    table += 8;
    target += 32;
  }
}

/** target = addend + source permuted; target may be the addend. */
export function permuteAdd(source: usize, addend: usize, target: usize, table: usize, n: i32): void {
  const end = table + (<usize>n << 1);
  while (table < end) {
    v128.store(target, f64x2.add(v128.load(addend), gatherPair(source, <usize>load<u32>(table))));
    v128.store(target, f64x2.add(v128.load(addend, 16), gatherPair(source, <usize>load<u32>(table, 4))), 16);
    table += 8;
    addend += 32;
    target += 32;
  }
}

/** Coefficient form: target = source permuted and negated as the table says; the two must not overlap. */
export function permuteSigned(source: usize, target: usize, table: usize, n: i32): void {
  const end = table + (<usize>n << 2);
  while (table < end) {
    const entry = load<u32>(table);
    const value = load<u64>(source + <usize>(entry & ~1));
    store<u64>(target, value ^ (<u64>(entry & 1) << 63));
    table += 4;
    target += 8;
  }
}
