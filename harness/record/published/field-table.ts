/**
 * The fields of records as tables for readers, from the JSON Schema and the words in it.
 *
 * @module
 */
import { z } from 'zod';

const nodeSchema = z.looseObject({
  description: z.string().optional(),
  $ref: z.string().optional(),
  get properties() {
    return z.record(z.string(), nodeSchema).optional();
  },
  get items() {
    return nodeSchema.optional();
  },
  get anyOf() {
    return z.array(nodeSchema).optional();
  },
  get oneOf() {
    return z.array(nodeSchema).optional();
  },
});
type Node = z.infer<typeof nodeSchema>;

/** A field by its path: `layers[].name`. */
export interface Field {
  readonly path: string;
  /** '': the schema has no words for it. */
  readonly meaning: string;
}

export interface FieldGroup {
  readonly title: string;
  readonly fields: readonly Field[];
}

type Nodes = Readonly<Record<string, Node>>;

/** In the order of the tables: what every record has first, then what each kind of launch has besides. */
export function fieldGroups(recordSchema: unknown): readonly FieldGroup[] {
  const { $defs, ...root } = z.looseObject({ $defs: z.record(z.string(), nodeSchema) }).parse(recordSchema);
  const [completed, incorrect, failed] = nodeSchema.parse(root).oneOf ?? [];
  const [network, primitives, training] = (completed?.oneOf ?? []).map(({ properties }) => properties ?? {});
  const others = { ...incorrect?.oneOf?.[0]?.properties, ...failed?.properties };
  const isShared = (name: string): boolean =>
    [primitives, training, failed?.properties].every((kind) => kind !== undefined && name in kind);
  const expanded = new Map<string, string>();
  const groupOf = (title: string, nodes: Nodes = {}, isTold: (name: string) => boolean): FieldGroup => ({
    title,
    fields: Object.entries(nodes)
      .filter(([name]) => isTold(name))
      .flatMap(([name, node]) => fieldsOf(name, node, $defs, expanded)),
  });
  const isNew = (name: string): boolean => network !== undefined && !(name in network);
  return [
    groupOf('Every record', network, isShared),
    groupOf('The launch of a network', network, (name) => !isShared(name)),
    groupOf('Single operations, beside or in the place of these', primitives, isNew),
    groupOf('A training, beside or in the place of these', training, isNew),
    groupOf('What did not complete', others, isNew),
  ];
}

/** Definitions that several fields share are told once. */
function fieldsOf(path: string, node: Node, definitions: Nodes, expanded: Map<string, string>): readonly Field[] {
  const bare = node.anyOf?.find((option) => option['type'] !== 'null') ?? node;
  const isList = bare.items !== undefined;
  const element = bare.items ?? bare;
  const { $ref } = element;
  const held = $ref === undefined ? element : definitions[$ref.replace('#/$defs/', '')]!;
  const meaning = node.description ?? bare.description ?? held.description ?? '';
  const names = Object.keys(held.properties ?? {});
  if (names.length === 0) return [{ path, meaning }];
  const prefix = isList ? `${path}[]` : path;
  const before = $ref === undefined ? undefined : expanded.get($ref);
  if (before !== undefined) return [{ path, meaning: `${meaning === '' ? '' : `${meaning} `}Fields as of \`${before}\`.` }];
  if ($ref !== undefined) expanded.set($ref, prefix);
  const inside = names.flatMap((name) => fieldsOf(`${prefix}.${name}`, held.properties![name]!, definitions, expanded));
  return [{ path, meaning }, ...inside];
}

const MARKS = ['<!-- fields: begin, written by npm run schema -->', '<!-- fields: end -->'] as const;

/** The document with tables of these fields between its marks. */
export function withFields(document: string, groups: readonly FieldGroup[]): string {
  const [begin, end] = MARKS.map((mark) => document.indexOf(mark));
  if (begin! < 0 || end! < 0) throw new RangeError(`the document has no marks ${MARKS.join(' ')}`);
  const tables = groups.map(({ title, fields }) => `### ${title}\n\n| Field | Meaning |\n| --- | --- |\n${fields.map(rowOf).join('\n')}\n`);
  return `${document.slice(0, begin! + MARKS[0].length)}\n\n${tables.join('\n')}\n${document.slice(end)}`;
}

function rowOf({ path, meaning }: Field): string {
  return `| \`${path}\` | ${meaning.replaceAll('|', '\\|')} |`;
}
