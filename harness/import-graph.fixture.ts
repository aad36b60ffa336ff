/**
 * Which file imports which, and what may be said of it. The checks take a graph, so that tests can plant wrong imports.
 *
 * @module
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, matchesGlob, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Files to what they import, static, dynamic and type imports alike: files from the root on, packages by name. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Every source file but for AssemblyScript. */
export function readImportGraph(): ImportGraph {
  const files = globSync('{schemes,workloads,harness,reports}/**/*.ts', { cwd: ROOT }).filter((file) => !file.includes('/assembly/'));
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(`${ROOT}/${file}`, 'utf8'), true, true);
      const imports = importedFiles.map(({ fileName }) =>
        fileName.startsWith('.') ? posix.join(posix.dirname(file), fileName) : fileName,
      );
      return [file, imports] as const;
    }),
  );
}

/** Whether a file only serves tests, or measures by hand. */
export function isForTests(file: string): boolean {
  return /\.(test|bench|fixture|examples)\.ts$/.test(file);
}

/**
 * Rooms, and what each may import beside what lies in the same room: patterns of file names. A file belongs to the first room that
 * matches. Packages are not looked at.
 */
export type Rooms = readonly (readonly [room: string, below: readonly string[]])[];

/** Imports that no room allows, and files without a room, one line each. */
export function findWrongImports(graph: ImportGraph, rooms: Rooms): readonly string[] {
  const roomOf = new Map([...graph.keys()].map((file) => [file, rooms.find(([room]) => matchesGlob(file, room))]));
  return [...graph].flatMap(([file, imports]) => {
    const room = roomOf.get(file);
    if (room === undefined) return [`${file} has no room`];
    return imports
      .filter((imported) => graph.has(imported) && roomOf.get(imported) !== room)
      .filter((imported) => !room[1].some((below) => matchesGlob(imported, below)))
      .map((imported) => `${file} imports ${imported}`);
  });
}

/** Files that import each other, directly or over others, one list for each group. */
export function findCycles(graph: ImportGraph): readonly (readonly string[])[] {
  const groups = new Map<string, readonly string[]>();
  for (const file of graph.keys()) {
    if (groups.has(file)) continue;
    const group = [...reach(graph, file)].filter((other) => other === file || reach(graph, other).has(file));
    for (const member of group) groups.set(member, group);
  }
  return [...new Set(groups.values())].filter((group) => group.length > 1);
}

/** Everything that a file imports, and what that imports, and so on; the file included. */
export function reach(graph: ImportGraph, entry: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file) || !graph.has(file)) continue;
    reached.add(file);
    waiting.push(...graph.get(file)!);
  }
  return reached;
}

/** Folders with more than so many files that are no tests, and files with more lines than that. */
export function findOversized(files: readonly string[], most: { readonly files: number; readonly lines: number }): readonly string[] {
  const sources = files.filter((file) => !isForTests(file));
  const crowded = [...Map.groupBy(sources, (file) => dirname(file))].filter(([, inside]) => inside.length > most.files);
  const long = sources.filter((file) => readFileSync(`${ROOT}/${file}`, 'utf8').split('\n').length - 1 > most.lines);
  return [...crowded.map(([folder, inside]) => `${folder} has ${inside.length} files`), ...long];
}
