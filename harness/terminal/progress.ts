/**
 * Progress on stderr: one live line on a terminal, plain lines elsewhere.
 *
 * @module
 */
import { styleText } from 'node:util';
import { printable } from '../record/printable.ts';
import { formatDuration, formatRoughly } from '../record/duration.ts';
import type { Launch } from '../run/matrix.ts';
import { batchTimes_ns, SERVER_STAGES } from '../record/batch-times.ts';
import { isOfPrimitives, isOfTraining } from '../record/record.ts';
import type { LaunchRecord, MeasuredRecord, PrimitivesRecord, TrainingRecord } from '../record/record.ts';
import type { RunProgress, StageMessage } from '../run/run.ts';
import type { Outcome } from '../run/runner.ts';
import { median } from '../record/statistics.ts';
import type { TerminalStyle } from './style.ts';

/** A plain log stays silent this long at most. */
const HEARTBEAT_MS = 15_000;
const CLEAR_LINE = '\r\x1b[K';

/** Where lines go: process.stderr, or a test's list. */
export interface Terminal {
  write(text: string): unknown;
}

export interface ProgressOptions extends TerminalStyle {
  readonly launches: number;
  /** Guess for a launch, until launches have been seen. */
  readonly expected_ns: number;
}

export class Progress implements RunProgress {
  readonly #terminal: Terminal;
  readonly #options: ProgressOptions;
  readonly #took_ms: number[] = [];
  #skipped = 0;
  #launch: Launch | null = null;
  #started_ms = 0;
  #written_ms = performance.now();
  /** Its first update in this launch: one that goes on begins in the middle. */
  #trainingBegan: { readonly ms: number; readonly share: number } | null = null;

  constructor(terminal: Terminal, options: ProgressOptions) {
    this.#terminal = terminal;
    this.#options = options;
  }

  /** A line that stays. */
  line(text: string): void {
    this.#write(printable(text));
  }

  /** Words of others in it must be printable already. */
  #write(text: string): void {
    this.#terminal.write(`${this.#options.live ? CLEAR_LINE : ''}${text}\n`);
    this.#written_ms = performance.now();
  }

  begin(launch: Launch): void {
    this.#launch = launch;
    this.#trainingBegan = null;
    this.#started_ms = performance.now();
    this.stage({ kind: 'progress', stage: 'plan', done: 0, total: null });
  }

  /** A launch that will not run. */
  skip(): void {
    this.#skipped++;
  }

  stage(message: StageMessage): void {
    const { stage, done, total, layer } = message;
    const counted = done === 0 && total === null ? '' : ` ${done}/${total ?? '?'}`;
    const position = layer === undefined ? counted : `, batch ${done + 1}${total === null ? '' : ` of ${total}`}: ${printable(layer)} done`;
    const words = this.#trainingWords(message) ?? `${position}, ${this.#timeLeft()}`;
    const text = `${this.#counter()} ${this.#launch?.case.id ?? ''}: ${stage}${words}`;
    if (this.#options.live) this.#terminal.write(`${CLEAR_LINE}${text.slice(0, this.#options.width - 1)}`);
    else if (performance.now() - this.#written_ms > HEARTBEAT_MS) this.line(text);
  }

  /** Where a training is, and how long its other updates take at the pace of those before; null: the launch is of no training. */
  #trainingWords({ done, total, epoch, epochs }: StageMessage): string | null {
    if (epoch === undefined || epochs === undefined || total === null) return null;
    const now = { ms: performance.now(), share: (epoch - 1 + done / total) / epochs };
    this.#trainingBegan ??= now;
    const passed = now.share - this.#trainingBegan.share;
    const left_ms = passed > 0 ? ((now.ms - this.#trainingBegan.ms) * (1 - now.share)) / passed : null;
    const left = left_ms === null ? '' : `, about ${formatRoughly(left_ms * 1e6)} left of it`;
    return `, epoch ${epoch} of ${epochs}, update ${done + 1} of ${total}${left}`;
  }

  end(outcome: Outcome): void {
    const took_ms = performance.now() - this.#started_ms;
    const name = `${this.#counter()} ${this.#launch?.case.id ?? ''}`;
    this.#took_ms.push(took_ms);
    this.#launch = null;
    if (outcome.kind === 'interrupted') return;
    const left = this.#position() < this.#options.launches ? `, ${this.#timeLeft()}` : '';
    this.#write(`${name}: ${this.#result(outcome)} (${formatDuration(took_ms * 1e6)}${left})`);
  }

  #position(): number {
    return this.#skipped + this.#took_ms.length;
  }

  #counter(): string {
    return `[${this.#position() + 1}/${this.#options.launches}]`;
  }

  #timeLeft(): string {
    const left = this.#options.launches - this.#position();
    const seen = this.#took_ms.length;
    const each_ms = seen === 0 ? this.#options.expected_ns / 1e6 : this.#took_ms.reduce((sum, took) => sum + took, 0) / seen;
    const spent_ms = this.#launch === null ? 0 : Math.min(each_ms, performance.now() - this.#started_ms);
    return `about ${formatRoughly((left * each_ms - spent_ms) * 1e6)} left`;
  }

  #result(outcome: Exclude<Outcome, { kind: 'interrupted' }>): string {
    if (outcome.kind === 'forecast') return 'planned';
    if (outcome.kind === 'leftOut') return printable(outcome.reason);
    return describeRecord(outcome.record, (colour, text) =>
      this.#options.colour ? styleText(colour, text, { validateStream: false }) : text,
    );
  }
}

function describeRecord(record: LaunchRecord, paint: (colour: 'green' | 'yellow' | 'red', text: string) => string): string {
  switch (record.state) {
    case 'completed':
      return `${paint('green', 'completed')}, ${completedWords(record)}`;
    case 'unsupported':
      return `${paint('yellow', 'unsupported')}: ${printable(record.error.message)}`;
    default:
      return `${paint('red', record.state)}: ${printable(record.error.message)} [${printable(record.error.code)}]`;
  }
}

function completedWords(record: Extract<LaunchRecord, { state: 'completed' }>): string {
  if (isOfPrimitives(record)) return timedOperations(record);
  return isOfTraining(record) ? trained(record) : server(record);
}

function trained({ training: { history, features, network } }: TrainingRecord): string {
  const updates_ns = history.flatMap(({ server_ns }) => server_ns);
  const { epoch, heldOut } = history.at(-1)!;
  const accuracy = `${(100 * heldOut.encrypted).toFixed(1)} % held out`;
  const learned = network === null ? '' : `, learned ${printable(network)}`;
  return `${epoch} epochs of ${features} features, server ${formatDuration(median(updates_ns))} an update, ${accuracy}${learned}`;
}

function server(record: MeasuredRecord): string {
  const times_ns = batchTimes_ns(record, SERVER_STAGES);
  const { samples_ns } = record.stages.evaluate;
  const [what, shown_ns] = times_ns === null ? ['evaluate', samples_ns] : ['server', times_ns];
  return `${what} ${formatDuration(median(shown_ns))}, n = ${shown_ns.length}`;
}

function timedOperations({ primitives, untimed }: PrimitivesRecord): string {
  const counts = primitives.map(({ samples_ns }) => samples_ns.length);
  const refused = untimed.length === 0 ? '' : `, ${untimed.length} unsupported`;
  return `${primitives.length} operations, n = ${Math.min(...counts)} to ${Math.max(...counts)}${refused}`;
}
