/**
 * The library's own bootstrap, to compare ours with. The library offers it only as part of expanding a packed list of public-key
 * ciphertexts, which does one bootstrap for each block of two bits.
 *
 * @module
 */
import { tfhe } from './instance.ts';

/** Blocks of one expansion. */
export const LIBRARY_BLOCKS = 2;

const MESSAGE = 11;

export interface LibraryBootstrap {
  /** Bootstraps LIBRARY_BLOCKS blocks. */
  run(): void;
  /** Whether an expansion decrypts to what was encrypted. */
  right(): boolean;
  free(): void;
}

/** Keys of the library's default set; takes many seconds. */
export function makeLibraryBootstrap(): LibraryBootstrap {
  const config = tfhe.TfheConfigBuilder.default().build();
  const clientKey = tfhe.TfheClientKey.generate(config);
  const serverKey = tfhe.TfheServerKey.new(clientKey);
  tfhe.set_server_key(serverKey);
  const publicKey = tfhe.TfheCompactPublicKey.new(clientKey);
  const builder = tfhe.CompactCiphertextList.builder(publicKey);
  builder.push_u4(MESSAGE);
  const list = builder.build_packed();
  return {
    run() {
      list.expand().free();
    },
    right() {
      const expanded = list.expand();
      const value = expanded.get_uint4(0);
      const right = value.decrypt(clientKey) === MESSAGE;
      value.free();
      expanded.free();
      return right;
    },
    free() {
      for (const object of [list, builder, publicKey, serverKey, clientKey]) object.free();
    },
  };
}
