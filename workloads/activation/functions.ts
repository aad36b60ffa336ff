/**
 * The activation functions that are measured, each with the polynomial that stands for it where no table can.
 *
 * A function is given over its input divided by `scale`, so that the polynomial's argument lies in [-1, 1]; in a network the layer
 * before takes the division into its weights.
 *
 * @module
 */
import type { Polynomial } from '../plan/polynomial/polynomial.ts';
import { minimaxFit } from '../plan/polynomial/minimax.ts';

export interface ActivationFunction {
  /** 'sigmoid-3' */
  readonly id: string;
  /** 'Sigmoid' */
  readonly name: string;
  /** The function at scale * u. */
  readonly exact: (u: number) => number;
  /** In u. */
  readonly polynomial: Polynomial;
  /** Inputs x are from -scale to scale. */
  readonly scale: number;
  /** Absolute values of u below this are not asked for. */
  readonly gap: number;
  /** Where the polynomial comes from. */
  readonly source: string;
  /** What a lookup table's outputs are counted in, by the step of its inputs. */
  readonly tableStep: (inputStep: number) => number;
}

/** Of table outputs that no coarser step makes whole: beside the steps of a table's inputs, nothing. */
const FINE_STEP = 2 ** -8;

const SIGMOID_SCALE = 8;

interface PublishedSigmoid {
  /** Coefficients of x / 8, (x / 8)^3, (x / 8)^5, ...; the constant is 0.5. */
  readonly odd: readonly number[];
  readonly source: string;
}

/**
 * Least-squares polynomials of the sigmoid on [-8, 8], as published; HEBench takes all three. Degree 3 and 7: M. Kim et al., "Secure
 * logistic regression based on homomorphic encryption", JMIR Medical Informatics 6(2), 2018 (ePrint 2018/074). Degree 5: A. Kim et
 * al., "Logistic regression model training based on the approximate homomorphic encryption", BMC Medical Genomics 11(4), 2018 (ePrint
 * 2018/254).
 *
 * Held against the least-squares fit in the tests: degree 3 agrees in all printed digits, degree 7 within 0.1%. In degree 5 the last
 * coefficient is 2.4% below the fit (over 8^5, 4.12332e-5 where the fit has 4.2230e-5), which looks like one misprinted digit. It
 * stays as published, because that is the function of other people's figures.
 */
const PUBLISHED_SIGMOIDS: readonly PublishedSigmoid[] = [
  { odd: [1.20096, -0.81562], source: 'least squares, ePrint 2018/074' },
  { odd: [1.53048, -2.3533056, 1.3511295], source: 'least squares, ePrint 2018/254' },
  { odd: [1.73496, -4.19407, 5.43402, -2.50739], source: 'least squares, ePrint 2018/074' },
];

function sigmoid({ odd, source }: PublishedSigmoid): ActivationFunction {
  return {
    id: `sigmoid-${2 * odd.length - 1}`,
    name: 'Sigmoid',
    exact: (u) => 1 / (1 + Math.exp(-SIGMOID_SCALE * u)),
    polynomial: [0.5, ...odd.flatMap((coefficient, index) => (index === 0 ? [coefficient] : [0, coefficient]))],
    scale: SIGMOID_SCALE,
    gap: 0,
    source,
    tableStep: () => FINE_STEP,
  };
}

const RELU_DEGREE = 6;

/** (x + |x|) / 2, of which only |x| needs an approximation; it is even. */
function relu(): ActivationFunction {
  const powers = Array.from({ length: RELU_DEGREE / 2 + 1 }, (_, index) => 2 * index);
  const polynomial = minimaxFit((u) => u / 2, { min: 0, max: 1 }, powers);
  return {
    id: 'relu',
    name: 'ReLU',
    exact: (u) => Math.max(u, 0),
    polynomial: polynomial.map((coefficient, power) => (power === 1 ? 0.5 : coefficient)),
    scale: 1,
    gap: 0,
    source: 'minimax',
    tableStep: (inputStep) => inputStep,
  };
}

const SIGN_DEGREE = 7;
const SIGN_GAP = 0.25;

/** Odd; no continuous function is near sign at zero, so that a gap around it is left out. */
function sign(): ActivationFunction {
  const powers = Array.from({ length: (SIGN_DEGREE + 1) / 2 }, (_, index) => 2 * index + 1);
  const polynomial = minimaxFit(() => 1, { min: SIGN_GAP, max: 1 }, powers);
  return {
    id: 'sign',
    name: 'Sign',
    // Of zero it is +1, as in networks with binary activations.
    exact: (u) => (u < 0 ? -1 : 1),
    polynomial,
    scale: 1,
    gap: SIGN_GAP,
    source: 'minimax',
    tableStep: () => 1,
  };
}

const square: ActivationFunction = {
  id: 'square',
  name: 'Square',
  exact: (u) => u * u,
  polynomial: [0, 0, 1],
  scale: 1,
  gap: 0,
  source: 'the function itself',
  tableStep: (inputStep) => inputStep ** 2,
};

/** In the order of the tables. */
export const activationFunctions: readonly ActivationFunction[] = [square, ...PUBLISHED_SIGMOIDS.map(sigmoid), relu(), sign()];
