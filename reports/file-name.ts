/**
 * Names of files from words that may hold anything.
 *
 * @module
 */

/** `cnn-relu` stays, `My net/2` becomes `my-net-2`. */
export function fileNameOf(words: string): string {
  const name = words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return name === '' ? 'unnamed' : name.slice(0, 100);
}
