/** What the host calls. Addresses are bytes; a batch is at most what the workspace was made for. */
import { forwardTorus } from './forward-fft';
import { keyswitchAll, switchModulus } from './keyswitch';
import { Engine, TILE, tilesOf, Workspace } from './layout';
import { extract, rotateAll, startAccumulator } from './rotation';

export { affine } from './linear';
export { forwardDigits } from './forward-fft';
export { inverseAdd } from './inverse-fft';
export { columns2rows2, columns2rows4, columns2rows5, columns2rows8, columns3rows3, columns3rows5, multiply } from './external-product';

/** One polynomial of the bootstrapping key to the Fourier domain: pair p goes to out + p * stride. */
export function transformKey(engine: Engine, workspace: Workspace, words: usize, out: usize, stride: i32): void {
  forwardTorus(words, workspace.transform, engine.polynomialSize >> 1, engine.twiddles, out, stride);
}

/** Small ciphertexts to the workspace. */
export function keyswitch(engine: Engine, workspace: Workspace, inputs: usize, batch: i32): void {
  keyswitchAll(engine, workspace, inputs, batch);
}

/** Small ciphertexts of the workspace through modulus switch and blind rotation into its accumulators. */
export function rotate(engine: Engine, workspace: Workspace, table: usize, batch: i32): void {
  const accumulator_bytes = <usize>(engine.glweDimension + 1) * (<usize>engine.polynomialSize << 2);
  const switched_bytes = <usize>(tilesOf(engine) * TILE) << 2;
  const powers_bytes = <usize>(engine.lweDimension + 1) << 2;
  for (let t = 0; t < batch; t++) {
    const small = workspace.switched + <usize>t * switched_bytes;
    const powers = workspace.rotations + <usize>t * powers_bytes;
    switchModulus(engine, small, powers);
    const by = load<i32>(powers + (<usize>engine.lweDimension << 2));
    startAccumulator(engine, workspace.accumulators + <usize>t * accumulator_bytes, table, by);
  }
  rotateAll(engine, workspace, batch);
}

/** The whole bootstrap of a batch: keyswitch, modulus switch, blind rotation, extraction. */
export function bootstrap(engine: Engine, workspace: Workspace, inputs: usize, outputs: usize, table: usize, batch: i32): void {
  keyswitchAll(engine, workspace, inputs, batch);
  rotate(engine, workspace, table, batch);
  const accumulator_bytes = <usize>(engine.glweDimension + 1) * (<usize>engine.polynomialSize << 2);
  for (let t = 0; t < batch; t++) {
    extract(engine, workspace.accumulators + <usize>t * accumulator_bytes, load<u32>(outputs + (<usize>t << 2)));
  }
}
