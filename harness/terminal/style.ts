/**
 * Whether to colour and how wide to write. NO_COLOR, FORCE_COLOR and CI are honoured.
 *
 * @module
 */
import type { WriteStream } from 'node:tty';

type Stream = Pick<WriteStream, 'isTTY' | 'columns'>;

export interface TerminalStyle {
  /** One line may be written again and again. */
  readonly live: boolean;
  readonly colour: boolean;
  readonly width: number;
}

/** Where nobody looks at a terminal, as in a file or a log. */
const WIDTH_ELSEWHERE = 160;

export function terminalStyle(stream: Stream, environment: NodeJS.ProcessEnv = process.env): TerminalStyle {
  const { CI, NO_COLOR, FORCE_COLOR, TERM } = environment;
  const isSet = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== '0';
  const live = stream.isTTY && !isSet(CI) && TERM !== 'dumb';
  const colour = !isSet(NO_COLOR) && (isSet(FORCE_COLOR) || (stream.isTTY && TERM !== 'dumb'));
  // Some terminals say that they have 0 columns.
  const width = (stream.isTTY && stream.columns) || WIDTH_ELSEWHERE;
  return { live, colour, width };
}
