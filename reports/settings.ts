/**
 * The columns that every table begins with: what was run, how, and whether it came to a right end.
 *
 * @module
 */
import type { LaunchRecord, MeasuredRecord } from '../harness/record/record.ts';
import { isInsecure, isOracle, schemeOf, securityWords } from './case.ts';
import type { ReportCase } from './case.ts';
import { figure, missing, text } from './table.ts';
import type { Cell, Column } from './table.ts';
import { marksOfCase } from './warnings/case-warnings.ts';

const ORACLE = 'interprets the circuits in the clear, to check results: no time or size of it is a cost or a baseline';
const INSECURE = 'under 128 bits: for tests only, not a result';

export const settingColumns: readonly Column[] = [
  { id: 'workload', title: 'Workload', unit: null, weight: 'key', sampled: false },
  { id: 'scheme', title: 'Scheme', unit: null, weight: 'key', sampled: false },
  { id: 'parameters', title: 'Parameters', unit: null, weight: 'detail', sampled: false },
  { id: 'security', title: 'Security (bits)', unit: 'count', weight: 'setting', sampled: false },
  { id: 'security_scale', title: 'Security by', unit: null, weight: 'detail', sampled: false },
  { id: 'layout', title: 'Layout', unit: null, weight: 'setting', sampled: false },
  { id: 'kernels', title: 'Kernels', unit: null, weight: 'setting', sampled: false },
  { id: 'threads', title: 'Threads', unit: 'count', weight: 'setting', sampled: false },
  { id: 'batch', title: 'Batch', unit: 'count', weight: 'detail', sampled: false },
  { id: 'encryption', title: 'Encryption', unit: null, weight: 'setting', sampled: false },
  { id: 'interactive', title: 'Interactive', unit: null, weight: 'setting', sampled: false },
  { id: 'state', title: 'State', unit: null, weight: 'key', sampled: false },
  { id: 'launches', title: 'Launches', unit: 'count', weight: 'detail', sampled: false },
];

/** Cells of `settingColumns`, in their order. */
export function settingCells({ facts, state, note, measured, comparable }: ReportCase): Cell[] {
  const first = measured[0];
  return [
    text(facts.workload),
    isOracle(facts) ? text('oracle', ORACLE) : text(`${schemeOf(facts)}${facts.help === undefined ? '' : ` +${facts.help}`}`),
    parametersCell(facts.parameters, first?.security ?? null),
    first === undefined ? missing() : securityCell(first.security),
    first === undefined || first.security.bits === null ? missing() : scaleCell(first.security.source),
    facts.layout === null ? missing() : text(facts.layout),
    kernelsCell(facts.kernels, first?.path ?? null),
    figure(facts.threads),
    first === undefined ? missing() : figure(first.batch),
    text(facts.encryption),
    first === undefined ? missing() : interactiveCell(first),
    text(state, joined(note, marksOfCase(comparable))),
    first === undefined ? missing() : figure(measured.length),
  ];
}

/** With what the client sees: it tells of the model. */
function interactiveCell({ interactive, clientRounds = [] }: MeasuredRecord): Cell {
  if (!interactive) return text('no');
  const seen = clientRounds.map(({ learns }) => learns).join(', ');
  return text('yes', seen === '' ? null : `the client sees ${seen}`);
}

/** Both notes in one; null where there is none. */
function joined(...notes: readonly (string | null)[]): string | null {
  return notes.filter((note) => note !== null).join('; ') || null;
}

/** Bits of different sources are not one scale: 128 of the one say nothing of 132 of the other. The source itself stands in the note. */
const SCALES: readonly { readonly source: RegExp; readonly scale: string }[] = [
  { source: /^(guidelines: )?Bossuat et al/, scale: 'guidelines' },
  { source: /Zama/, scale: "Zama's curve" },
];

function scaleCell(source: string): Cell {
  const known = SCALES.find((one) => one.source.test(source));
  return known === undefined ? text(source) : text(known.scale, source);
}

/** With the path that ran, but for the usual: kernels of our own are fused unless the engine cannot. */
export function kernelsCell(kernels: LaunchRecord['kernels'], path: string | null): Cell {
  return text(path === null || path === 'fused' ? kernels : `${kernels} (${path})`);
}

type Security = MeasuredRecord['security'];

/** The set that was used, marked where it is for tests only, and where it rests on more than the tables of security. */
export function parametersCell(parameters: LaunchRecord['parameters'], security: Security | null): Cell {
  if (parameters === null) return missing();
  const { bits = null, assumption } = security ?? {};
  const rests = assumption === undefined ? null : securityWords(bits, assumption);
  return text(parameters.id, joined(isInsecure(parameters, bits) ? INSECURE : null, rests));
}

/** Bits; words where they are not all that the keys rest on. */
export function securityCell({ bits, source, assumption }: Security): Cell {
  if (bits === null) return missing(source);
  return assumption === undefined ? figure(bits) : text(securityWords(bits, assumption), source);
}
