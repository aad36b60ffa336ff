/**
 * The packed layout: one sample over the slots, the matrix by its diagonals (Halevi and Shoup, CRYPTO 2014) in baby steps and
 * giant steps (HElib, Halevi and Shoup, CRYPTO 2018, section 4), then folds (rotate-and-sum, GAZELLE, USENIX Security 2018,
 * section 5).
 *
 * L lanes, a power of two, hold the input; it repeats with period L over all columns and in both slot rows, so that every
 * rotation is cyclic in L. A matrix row belongs to one slot row, because no rotation leaves a slot row. d, a power of two, is at
 * least the number of matrix rows per slot row; diagonal j has W[lane mod d][(lane + j) mod L] in `lane`. The sum of
 * diagonal j * rotate(x, j) over j < d leaves in each lane d neighbouring products of row `lane mod d`; folding by L/2, L/4, ..., d
 * adds the rest. All lanes then hold outputs, d-periodic: no slot holds garbage.
 *
 * @module
 */
import type { Node, SlotShape, SparseMatrix, TransformTerm, ValueType } from '../../schemes/circuit.ts';
import type { Refusal } from '../../schemes/scheme.ts';
import type { Plan } from '../plan.ts';
import type { PlannedNetwork } from './planned-network.ts';
import { calibratedRanges, type Domain, type Interval, provenRanges } from './range.ts';
import { CIRCUIT, INPUT, roundTrip } from './round-trip.ts';

interface LinearLayer {
  readonly matrix: SparseMatrix;
  /** One per row, counted like the products. */
  readonly bias: Float64Array;
}

interface Geometry {
  readonly slotRows: number;
  /** L: period of the input. */
  readonly lanes: number;
  /** d: number of diagonals and period of the output. */
  readonly diagonals: number;
  /** Matrix rows of one slot row; the last slot row may have fewer. */
  readonly rowsPerSlotRow: number;
  /** L/2, L/4, ..., d. */
  readonly folds: readonly number[];
}

function powerOfTwoFrom(size: number): number {
  return 2 ** Math.ceil(Math.log2(size));
}

function geometryOf({ matrix }: LinearLayer, slotRows: number): Geometry {
  const rowsPerSlotRow = Math.ceil(matrix.rows / slotRows);
  const lanes = powerOfTwoFrom(Math.max(matrix.columns, rowsPerSlotRow));
  const diagonals = powerOfTwoFrom(rowsPerSlotRow);
  const folds: number[] = [];
  for (let by = lanes / 2; by >= diagonals; by /= 2) folds.push(by);
  return { slotRows, lanes, diagonals, rowsPerSlotRow, folds };
}

/** Number of baby steps that needs fewest rotations for all diagonals; the larger of equals, because baby steps are hoisted. */
function babySteps(diagonals: number): number {
  let best = 1;
  let fewest = Infinity;
  for (let babies = 1; babies <= diagonals; babies++) {
    const rotations = babies - 1 + Math.ceil(diagonals / babies) - 1;
    if (rotations > fewest) continue;
    best = babies;
    fewest = rotations;
  }
  return best;
}

/** Diagonal j, for every lane of every slot row. */
function diagonalsOf({ matrix }: LinearLayer, { slotRows, lanes, diagonals, rowsPerSlotRow }: Geometry): readonly Float64Array[] {
  const result = Array.from({ length: diagonals }, () => new Float64Array(slotRows * lanes));
  for (let row = 0; row < matrix.rows; row++) {
    const slotRow = Math.floor(row / rowsPerSlotRow);
    const rowInSlotRow = row % rowsPerSlotRow;
    for (let entry = matrix.offsets[row]!; entry < matrix.offsets[row + 1]!; entry++) {
      // The one lane of this row whose d neighbours contain the column.
      const column = matrix.indices[entry]!;
      const diagonal = (column - rowInSlotRow + lanes) % diagonals;
      const lane = (column - diagonal + lanes) % lanes;
      result[diagonal]![slotRow * lanes + lane] = matrix.values[entry]!;
    }
  }
  return result;
}

/** Bias of the output that every lane of every slot row holds at the end. */
function biasOfLanes({ matrix, bias }: LinearLayer, { slotRows, lanes, diagonals, rowsPerSlotRow }: Geometry): Float64Array {
  return new Float64Array(slotRows * lanes).map((_, index) => {
    const rowInSlotRow = (index % lanes) % diagonals;
    const row = Math.floor(index / lanes) * rowsPerSlotRow + rowInSlotRow;
    return rowInSlotRow < rowsPerSlotRow && row < matrix.rows ? bias[row]! : 0;
  });
}

/** Lanes after the diagonals, after every fold, and after the bias. */
function stagesOf(diagonals: readonly Float64Array[], bias: Float64Array, { lanes, folds }: Geometry, domain: Domain): Float64Array[] {
  let values = new Float64Array(bias.length);
  diagonals.forEach((diagonal, offset) => {
    diagonal.forEach((weight, index) => {
      if (weight !== 0) values[index]! += domain.product(weight, (index + offset) % lanes);
    });
  });
  const stages = [values];
  for (const by of folds) {
    const before = values;
    values = before.map((value, index) => {
      const slotRowStart = index - (index % lanes);
      return value + before[slotRowStart + ((index + by) % lanes)]!;
    });
    stages.push(values);
  }
  stages.push(values.map((value, index) => value + domain.constant(bias[index]!)));
  return stages;
}

/** Values of the lanes repeated over all columns, moved `by` slots to the right within each slot row. */
function spread(values: Float64Array, { slotRows, lanes }: Geometry, columns: number, by: number): Float64Array {
  const slots = new Float64Array(slotRows * columns);
  for (let slot = 0; slot < slots.length; slot++) {
    const lane = ((slot % columns) + lanes - (by % lanes)) % lanes;
    slots[slot] = values[Math.floor(slot / columns) * lanes + lane]!;
  }
  return slots;
}

function hull(ranges: readonly Interval[]): Interval {
  return { min: Math.min(...ranges.map(({ min }) => min)), max: Math.max(...ranges.map(({ max }) => max)) };
}

/**
 * A plan for one sample per run of a network of one linear layer. A bias of zeros costs no node.
 * Refused with LAYOUT_UNSUPPORTED for other networks, with SLOTS_TOO_FEW where the lanes do not fit into the columns.
 *
 * @throws EnigmarkError RANGE_TOO_LARGE
 */
export function planPacked({ input, layers }: PlannedNetwork, shape: SlotShape): Plan | Refusal {
  const [layer] = layers;
  if (layer?.kind !== 'linear' || layers.length > 1) {
    const reason = 'the packed layout takes networks of one linear layer';
    return { code: 'LAYOUT_UNSUPPORTED', reason, circuit: CIRCUIT, node: null };
  }
  const { matrix, rule } = layer;
  const { columns } = shape;
  const geometry = geometryOf(layer, shape.rows);
  const { slotRows, lanes, folds, rowsPerSlotRow } = geometry;
  if (columns < lanes) {
    const reason = `the packed layout needs ${lanes} slots in a row for a layer of ${matrix.columns} x ${matrix.rows}, and there are ${columns}`;
    return { code: 'SLOTS_TOO_FEW', reason, circuit: CIRCUIT, node: null };
  }
  const diagonals = diagonalsOf(layer, geometry);
  const bias = biasOfLanes(layer, geometry);
  const { step } = layer.output;
  const stages = (domain: Domain): readonly Float64Array[] => stagesOf(diagonals, bias, geometry, domain);
  const ranges =
    rule.bound === 'proven'
      ? provenRanges(stages, input, matrix.columns + 1, step !== null)
      : calibratedRanges(stages, rule.samples, rule.margin);
  const type = (range: Interval): ValueType => ({ width: 1, bound: rule.bound, step, ...range });

  const babies = babySteps(geometry.diagonals);
  const terms = diagonals.map((diagonal, offset): TransformTerm => {
    const baby = offset % babies;
    const giant = offset - baby;
    return { from: 0, baby, giant, plain: spread(diagonal, geometry, columns, giant) };
  });
  const nodes: Node[] = [
    { op: 'input', port: INPUT, sources: ['client'], type: { width: 1, ...input }, layer: INPUT },
    { op: 'transform', of: 0, step: matrix.step, outputs: [terms], type: type(ranges[0]!), layer: layer.name },
  ];
  if (folds.length > 0) {
    nodes.push({ op: 'fold', of: nodes.length - 1, rotations: folds, type: type(hull(ranges.slice(1, -1))), layer: layer.name });
  }
  if (bias.some((value) => value !== 0)) {
    const plains = [spread(bias, geometry, columns, 0)];
    nodes.push({ op: 'addPlain', of: nodes.length - 1, plains, type: type(ranges.at(-1)!), layer: layer.name });
  }

  const lanesOfInput = Int32Array.from({ length: slotRows * columns }, (_, slot) => (slot % lanes < matrix.columns ? slot % lanes : -1));
  const output = new Int32Array(slotRows * columns).fill(-1);
  for (let row = 0; row < matrix.rows; row++) {
    output[Math.floor(row / rowsPerSlotRow) * columns + (row % rowsPerSlotRow)] = row;
  }
  return roundTrip(
    shape,
    nodes,
    { input: { values: matrix.columns, index: [lanesOfInput] }, output: { values: matrix.rows, index: [output] } },
    1,
  );
}
