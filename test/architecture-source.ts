import { readdirSync, readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { ts } from "ts-morph";

const rooms = ["compiler", "runtime", "generated", "definitions", "test", "bench", "examples", "scripts"];

/** A file of the repository, by its path from the root, and what it imports. */
export interface Source {
  readonly path: string;
  readonly text: string;
  /** Specifiers of imports of every form: static, `export from`, dynamic, type and `require`. */
  readonly imports: readonly string[];
}

export function sourceOf(path: string, text: string): Source {
  return { path, text, imports: specifiers(parse(path, text)) };
}

/** Every TypeScript file of the repository. */
export function repositorySources(root: string): Source[] {
  return rooms
    .flatMap((room) => filesBelow(root, room))
    .filter((path) => path.endsWith(".ts"))
    .map((path) => sourceOf(path, readFileSync(join(root, path), "utf8")));
}

function filesBelow(root: string, room: string): string[] {
  try {
    const names = readdirSync(join(root, room), { recursive: true }).map(String);
    return names.map((name) => posix.join(room, ...name.split(sep))).filter((path) => !path.includes("/node_modules/"));
  } catch {
    return [];
  }
}

export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
}

/** Calls back for every node, depth first. */
export function visit(node: ts.Node, on: (node: ts.Node) => void): void {
  on(node);
  ts.forEachChild(node, (child) => visit(child, on));
}

function specifiers(file: ts.SourceFile): string[] {
  const found: string[] = [];
  visit(file, (node) => {
    const specifier = specifierOf(node);
    if (specifier && ts.isStringLiteralLike(specifier)) found.push(specifier.text);
  });
  return found;
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  return ts.isCallExpression(node) && isLoading(node.expression) ? node.arguments[0] : undefined;
}

/** `import(...)`, `require(...)`, `import.meta.resolve(...)`, `vi.mock(...)` and their like. */
function isLoading(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  if (ts.isIdentifier(callee)) return callee.text === "require";
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const { expression: loader, name } = callee;
  const isLoader = ts.isMetaProperty(loader) || (ts.isIdentifier(loader) && ["require", "vi"].includes(loader.text));
  return isLoader && ["resolve", "importActual", "importOriginal", "mock", "doMock"].includes(name.text);
}
