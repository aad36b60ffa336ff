/**
 * A cluster of two nodes on this machine, for tests: Debian's Slurm, a controller and two daemons of one core each, in a folder of their
 * own. Needs root, munged, slurmctld and slurmd.
 *
 * @module
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scancel'];
const PORTS = { controller: 26_817, n1: 26_818, n2: 26_819 };
const LONGEST_START_MS = 60_000;
type Node = 'n1' | 'n2';

/** Why there can be no cluster here; null: there can. */
export function whyNoSlurm(): string | null {
  if (process.getuid?.() !== 0) return 'only root can start one';
  const missing = PROGRAMS.filter((program) => spawnSync('which', [program]).status !== 0);
  return missing.length === 0 ? null : `not installed: ${missing.join(', ')}`;
}

export class SlurmCluster implements AsyncDisposable {
  readonly folder: string;
  /** For whoever asks this cluster. */
  readonly environment: NodeJS.ProcessEnv;
  readonly #processes = new Map<string, ChildProcess>();
  /** Where a socket may lie that everyone reaches. */
  readonly #munge: string;

  private constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'enigmark-slurm-'));
    this.#munge = mkdtempSync('/run/enigmark-munge-');
    this.environment = { ...process.env, SLURM_CONF: join(this.folder, 'slurm.conf') };
  }

  /** Both nodes are idle when this resolves. */
  static async start(): Promise<SlurmCluster> {
    const cluster = new SlurmCluster();
    cluster.#startMunge();
    writeFileSync(join(cluster.folder, 'slurm.conf'), cluster.#configuration());
    for (const name of ['state', 'spool-n1', 'spool-n2']) mkdirSync(join(cluster.folder, name));
    await setTimeout(500);
    cluster.#begin('controller', 'slurmctld', ['-D', '-f', join(cluster.folder, 'slurm.conf')]);
    cluster.startNode('n1');
    cluster.startNode('n2');
    await cluster.#until(() => cluster.ask('sinfo', '--noheader', '--format=%t').trim() === 'idle');
    return cluster;
  }

  startNode(node: Node): void {
    this.#begin(node, 'slurmd', ['-D', '-N', node, '-f', join(this.folder, 'slurm.conf')]);
  }

  /** As when a machine loses its power: its daemon is gone, and before they could report it, the tasks that ran on it. */
  killNode(node: Node): void {
    this.#processes.get(node)?.kill('SIGKILL');
    const tasks = processesWith([`SLURMD_NODENAME=${node}`, `SLURM_CONF=${join(this.folder, 'slurm.conf')}`]);
    // Who watches a task would tell the controller that it ended: first.
    const watchers = new Set(tasks.map(parentOf).filter((id) => id !== null && nameOf(id) === 'slurmstepd'));
    for (const id of [...watchers, ...tasks]) if (id !== null) kill(id);
  }

  /** Slurm lets tasks of a lost node wait two minutes before they begin again. */
  hurry(): void {
    const waiting = this.ask('squeue', '--noheader', '--array', '--format=%i %r')
      .split('\n')
      .filter((line) => line.endsWith('BeginTime'));
    for (const line of waiting) this.ask('scontrol', 'update', `JobId=${line.split(' ')[0]!}`, 'StartTime=now');
  }

  ask(program: string, ...words: string[]): string {
    return execFileSync(program, words, { env: this.environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  }

  #startMunge(): void {
    const key = join(this.#munge, 'munge.key');
    writeFileSync(key, randomBytes(128), { mode: 0o400 });
    const file = (name: string): string => join(this.#munge, name);
    const words = ['--foreground', '--force', `--key-file=${key}`, `--socket=${file('socket')}`];
    this.#begin('munge', 'munged', [...words, `--pid-file=${file('pid')}`, `--log-file=${file('log')}`, `--seed-file=${file('seed')}`]);
  }

  #configuration(): string {
    const host = hostname().split('.')[0]!;
    const nodes = (['n1', 'n2'] as const).map(
      (node) => `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${PORTS[node]} CPUs=1 State=UNKNOWN`,
    );
    return `ClusterName=enigmark
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${PORTS.controller}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${join(this.#munge, 'socket')}
CryptoType=crypto/munge
StateSaveLocation=${join(this.folder, 'state')}
SlurmdSpoolDir=${join(this.folder, 'spool-%n')}
SlurmctldPidFile=${join(this.folder, 'slurmctld.pid')}
SlurmdPidFile=${join(this.folder, 'slurmd-%n.pid')}
SlurmctldLogFile=${join(this.folder, 'slurmctld.log')}
SlurmdLogFile=${join(this.folder, 'slurmd-%n.log')}
ProctrackType=proctrack/pgid
TaskPlugin=task/none
ReturnToService=2
SlurmctldTimeout=10
SlurmdTimeout=10
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobRequeue=1
${nodes.join('\n')}
PartitionName=all Nodes=ALL Default=YES State=UP
`;
  }

  #begin(name: string, program: string, words: readonly string[]): void {
    this.#processes.set(name, spawn(program, words, { stdio: 'ignore' }));
  }

  async #until(isSo: () => boolean): Promise<void> {
    for (const end = Date.now() + LONGEST_START_MS; Date.now() < end; await setTimeout(500)) {
      try {
        if (isSo()) return;
      } catch {
        // Nobody answers yet.
      }
    }
    throw new Error(`no cluster within ${LONGEST_START_MS} ms: see ${this.folder}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = [...this.#processes.values()].map(
      (child) =>
        new Promise<void>((resolve) =>
          child.exitCode === null && child.signalCode === null ? child.once('exit', () => resolve()) : resolve(),
        ),
    );
    for (const name of ['n1', 'n2', 'controller', 'munge']) this.#processes.get(name)?.kill('SIGTERM');
    await Promise.race([Promise.all(ended), setTimeout(10_000)]);
    for (const child of this.#processes.values()) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(this.#munge, { recursive: true, force: true });
  }
}

/** Processes whose environment has all of these. */
function processesWith(variables: readonly string[]): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const environment = textOf(`/proc/${name}/environ`).split('\0');
    return variables.every((variable) => environment.includes(variable)) ? [Number(name)] : [];
  });
}

/** null: it has ended meanwhile. */
function parentOf(id: number): number | null {
  const line = /^PPid:\s*(\d+)$/m.exec(textOf(`/proc/${id}/status`));
  return line === null ? null : Number(line[1]);
}

function nameOf(id: number): string {
  return textOf(`/proc/${id}/comm`).trim();
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function kill(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
