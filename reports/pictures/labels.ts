/**
 * Where the names of points stand, so that none lies upon another.
 *
 * @module
 */

interface Named {
  readonly words: string;
  /** Pixels from the left. */
  readonly x: number;
  /** Pixels from the top. */
  readonly y: number;
}

interface Placed {
  readonly align: 'left' | 'right';
  /** Pixels from the point to the near end of the name. */
  readonly dx: number;
  /** Pixels from the point down to the middle of the name. */
  readonly dy: number;
}

/** Of the letters of a name, a little more than their usual size. */
const LETTER_WIDTH = 6.5;
const LINE_HEIGHT = 13;
const GAP = 9;
/** Lines away from the point, tried in turn. */
const LINES = [-1, 1, -2, 2, 0, -3, 3, -4, 4, -5, 5, -6, 6];
const BOTH: readonly Placed['align'][] = ['left', 'right'];

/**
 * In the order given. A name stands right of its point where there is room; where every place is taken, it stands on others.
 *
 * @param aligns names on the right of points alone are all aligned `left`
 */
export function placeLabels<N extends Named>(points: readonly N[], width: number, aligns = BOTH): readonly (N & Placed)[] {
  const taken: Box[] = points.map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
  return points.map((point) => {
    const places = LINES.flatMap((lines) => aligns.map((align) => placeOf(point, align, lines)));
    const inside = places.filter(({ box }) => box.right <= width + MARGIN && box.left >= 0);
    const free = inside.find(({ box }) => !taken.some((other) => overlap(box, other))) ?? inside[0] ?? places[0]!;
    taken.push(free.box);
    return { ...point, ...free.place };
  });
}

/** What stands right of the picture's edge. */
const MARGIN = 40;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function placeOf({ words, x, y }: Named, align: Placed['align'], lines: number): { readonly place: Placed; readonly box: Box } {
  const dx = align === 'left' ? GAP : -GAP;
  const dy = lines * LINE_HEIGHT;
  const length = words.length * LETTER_WIDTH;
  const left = align === 'left' ? x + dx : x + dx - length;
  const middle = y + dy;
  return { place: { align, dx, dy }, box: { left, right: left + length, top: middle - LINE_HEIGHT / 2, bottom: middle + LINE_HEIGHT / 2 } };
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
