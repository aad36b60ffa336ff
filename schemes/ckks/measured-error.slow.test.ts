/** @module */
import { describeMeasuredError } from './measured-error.fixture.ts';

describeMeasuredError({
  set: 'default',
  encryption: 'symmetric',
  kernels: 'library',
  scales: { limbs: 3, input_log2: 21, plain_log2: 18 },
});
describeMeasuredError({ set: 'default', encryption: 'public', kernels: 'library', scales: { limbs: 2, input_log2: 30, plain_log2: 13 } });
