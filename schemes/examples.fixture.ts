/**
 * For tests: the documentation of what the package exports, and the examples in it.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export const ENTRIES: Readonly<Record<string, string>> = {
  enigmark: join(import.meta.dirname, 'index.ts'),
  'enigmark/conformance': join(import.meta.dirname, 'conformance', 'describe-conformance.ts'),
};

/** An adapter, as the author of an example would have it beside the file. */
const OWN_SCHEME = join(import.meta.dirname, 'conformance', 'toy.fixture.ts');

/** One exported function or class. */
export interface Documented {
  readonly name: string;
  /** Names of parameters; '' for one that is taken apart. Null: a class. */
  readonly parameters: readonly string[] | null;
  readonly returnsValue: boolean;
  readonly described: boolean;
  /** Names of parameters that are described, in order. */
  readonly params: readonly string[];
  readonly describesResult: boolean;
  /** Code of the examples. */
  readonly examples: readonly string[];
}

/** The exported functions and classes of an entry, wherever they are declared. */
export function documentedExports(entry: string): readonly Documented[] {
  const program = ts.createProgram([entry], {
    noLib: true,
    noResolve: false,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry)!)!;
  return checker.getExportsOfModule(module).flatMap((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const declaration = target.declarations?.find((node) => ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node));
    return declaration === undefined ? [] : [documentationOf(symbol.name, declaration)];
  });
}

function documentationOf(name: string, node: ts.FunctionDeclaration | ts.ClassDeclaration): Documented {
  const tags = ts.getJSDocTags(node);
  const comments = ts.getJSDocCommentsAndTags(node);
  const examples = tags.filter(({ tagName }) => tagName.text === 'example');
  return {
    name,
    parameters: ts.isClassDeclaration(node) ? null : node.parameters.map((parameter) => identifierOf(parameter.name)),
    returnsValue: ts.isFunctionDeclaration(node) && node.type?.kind !== ts.SyntaxKind.VoidKeyword,
    described: comments.some((comment) => ts.isJSDoc(comment) && (ts.getTextOfJSDocComment(comment.comment) ?? '') !== ''),
    params: tags.filter(ts.isJSDocParameterTag).map((tag) => tag.name.getText()),
    describesResult: tags.some(ts.isJSDocReturnTag),
    examples: examples.map((tag) => codeIn(ts.getTextOfJSDocComment(tag.comment) ?? '')),
  };
}

function identifierOf(name: ts.BindingName): string {
  return ts.isIdentifier(name) ? name.text : '';
}

/** What stands between the fences; '' where there are none. */
function codeIn(comment: string): string {
  return /^```ts\n([\s\S]*?)\n```$/.exec(comment.trim())?.[1] ?? '';
}

/** Writes examples as modules that import this repository instead of the package. Returns their paths. */
export function writeExamples(folder: string, documented: readonly Documented[]): readonly string[] {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'scheme.ts'), `import { masked } from '${OWN_SCHEME}';\nexport const scheme = masked();\n`);
  return documented.flatMap(({ name, examples }) =>
    examples.map((code, at) => {
      const path = join(folder, `${name}-${at}.ts`);
      writeFileSync(
        path,
        code.replaceAll(/from '(enigmark[^']*)'/g, (_, module: string) => `from '${ENTRIES[module] ?? module}'`),
      );
      return path;
    }),
  );
}
