/**
 * Where everything lies in memory. A half is HALF_LIMBS limbs of 51 bits, each a whole number in an f64; a residue is two halves.
 * HALF_LIMBS is given to the compiler: 64 for moduli n^2 of 6,144 bits, 36 for p^2 of 3,074 bits.
 *
 * @module
 */

/** Bits of a limb: the widest for which products split exactly (`columns.ts`). */
export const LIMB_BITS: i64 = 51;
export const LIMB_MASK: i64 = 0x7ffffffffffff;

export const HALF_BYTES: usize = <usize>HALF_LIMBS << 3;
export const RESIDUE_BYTES: usize = HALF_BYTES << 1;
/** Vectors of two limbs. */
export const HALF_VECTORS: i32 = HALF_LIMBS >> 1;
/** Blocks of four limbs: multipliers are taken four at a time. */
export const HALF_BLOCKS: i32 = HALF_LIMBS >> 2;

/** One level of Karatsuba: quarters must be whole blocks. */
export const BY_QUARTERS: bool = HALF_LIMBS % 8 == 0;
export const QUARTER_BYTES: usize = HALF_BYTES >> 1;

/** Three constants: see `columns.ts` and `reduction.ts`. */
export const SPLIT_HIGH: usize = 1024;
export const SPLIT_BOTH: usize = SPLIT_HIGH + 8;
export const LEAST_LIMB: usize = SPLIT_HIGH + 16;
/** (n~ + 1) / 2^153. */
export const MODULUS: usize = 2048;
/** Two operands of zeros. */
export const ZEROS: usize = 4096;
/** Bytes on their way in or out: 128 limbs are 816 of them. Beyond what the host writes there are zeros. */
export const BYTES: usize = 6144;
/** The same as limbs. */
export const LIMBS: usize = 7168;
/** Digits of the last quotient, i64. */
export const QUOTIENT: usize = 8192;
/** The lower half of a result while its operands are still needed. */
export const LOWER: usize = 8704;
/** Differences of quarters: lower less upper of a's halves, upper less lower of b's. */
export const DIFFERENCES: usize = 9216;

/**
 * Columns of a product, i64 each. Column c of the sum is even[c] + odd[c - 1]: odd columns have an array of their own, so that both
 * parts of a product of two limbs are added to whole vectors.
 */
export const COLUMNS: usize = 12288;
export const COLUMN_BYTES: usize = 136 * 8;
/** From the even columns to the odd ones. */
export const ODD: usize = COLUMN_BYTES + 64;
/** From the columns to those of the product of differences, and to its odd ones. */
export const MIDDLE: usize = 2 * ODD;
export const MIDDLE_ODD: usize = MIDDLE + HALF_BYTES;
export const ALL_COLUMNS_BYTES: usize = MIDDLE_ODD + HALF_BYTES;

/** What columns begin with (`starts.ts`), laid out as they are. */
export const ONE_PRODUCT: usize = 16384;
export const TWO_PRODUCTS: usize = 20480;
export const UNREDUCED: usize = 24576;
export const REDUCTION: usize = 28672;
export const OFF_DIAGONAL: usize = 32768;
export const DIAGONAL: usize = 36864;
/** Of a product and of a reduction, while starts are made. */
export const OF_PRODUCT: usize = 40960;
export const OF_REDUCTION: usize = 45056;
