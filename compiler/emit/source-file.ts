import type {
  ClassDeclarationStructure,
  InterfaceDeclarationStructure,
  JSDocStructure,
  OptionalKind,
  ParameterDeclarationStructure,
  Project,
  StatementStructures,
  WriterFunction,
} from "ts-morph";
import type {
  Accessor,
  ClassDeclaration,
  Declaration,
  InterfaceDeclaration,
  Method,
  Parameter,
  Property,
} from "./declaration.js";
import { LINE_WIDTH } from "./doc-comment.js";
import type { Imports } from "./imports.js";
import { SetAside } from "./set-aside.js";

type Morph = typeof import("ts-morph");

/** Prints declarations as a TypeScript file: the only place that knows ts-morph, which takes 0.3 s to load. */
export async function printSourceFile(
  header: string,
  imports: Imports,
  declarations: readonly Declaration[],
): Promise<string> {
  for (const meaning of ["type", "value"] as const) checkDistinct(imports, declarations, meaning);
  const morph = await import("ts-morph");
  const code = new SetAside();
  const statements = [
    ((writer) => writer.writeLine(header)) satisfies WriterFunction,
    importStructure(morph, imports),
    ...declarations.map((declaration, index) => ({
      ...structureOf(morph, code, declaration),
      ...(needsBlankLine(declarations[index - 1], declaration) ? { leadingTrivia: "\n" } : {}),
    })),
  ];
  return code.putBack(projectOf(morph).createSourceFile("generated.ts", { statements }).getFullText());
}

/** A name may be a constant and a type at once, and nothing else twice. The checks of definitions see to that. */
function checkDistinct(imports: Imports, declarations: readonly Declaration[], meaning: "type" | "value"): void {
  const other = meaning === "type" ? ["const"] : ["type", "interface"];
  const names = [...imports.names, ...declarations.filter(({ kind }) => !other.includes(kind)).map(({ name }) => name)];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`the generated file would declare ${twice} twice`);
}

/** ts-morph sets off classes and interfaces by itself; a type right after the constant of its name stays there. */
function needsBlankLine(before: Declaration | undefined, { kind, doc, name }: Declaration): boolean {
  if (kind === "class" || kind === "interface") return false;
  if (before === undefined) return true;
  return (before.kind === "const" || before.kind === "type") && (doc !== undefined || before.name !== name);
}

let project: Project | undefined;

function projectOf({ Project, IndentationText, QuoteKind }: Morph): Project {
  project ??= new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces, quoteKind: QuoteKind.Double },
  });
  for (const file of project.getSourceFiles()) project.removeSourceFile(file);
  return project;
}

function importStructure({ StructureKind }: Morph, imports: Imports): StatementStructures {
  const names = imports.symbols.map(({ name, type }) => (type ? `type ${name}` : name));
  return {
    kind: StructureKind.ImportDeclaration,
    moduleSpecifier: imports.module,
    namedImports: (writer) =>
      writer
        .newLine()
        .write(`${names.join(",\n")},`)
        .newLine(),
  };
}

function structureOf(morph: Morph, code: SetAside, declaration: Declaration): StatementStructures {
  const { StructureKind, VariableDeclarationKind } = morph;
  switch (declaration.kind) {
    case "class":
      return { kind: StructureKind.Class, ...classStructure(morph, code, declaration) };
    case "interface":
      return { kind: StructureKind.Interface, ...interfaceStructure(code, declaration) };
    case "type":
      return {
        kind: StructureKind.TypeAlias,
        ...declared(declaration),
        typeParameters: [...(declaration.typeParameters ?? [])],
        type: code.take(declaration.type),
      };
    case "const":
      return {
        kind: StructureKind.VariableStatement,
        declarationKind: VariableDeclarationKind.Const,
        isExported: declaration.exported ?? false,
        docs: docs(declaration.doc),
        declarations: [
          { name: declaration.name, initializer: code.take(declaration.value), ...optional("type", declaration.type) },
        ],
      };
  }
}

function classStructure(
  { Scope }: Morph,
  code: SetAside,
  declaration: ClassDeclaration,
): OptionalKind<ClassDeclarationStructure> {
  const { construct, accessors } = declaration;
  return {
    ...declared(declaration),
    isAbstract: declaration.abstract ?? false,
    typeParameters: [...(declaration.typeParameters ?? [])],
    ...heritage(code, declaration),
    properties: declaration.properties.map((property) => propertyStructure(code, property)),
    ctors: construct ? [{ parameters: parameters(construct.parameters), statements: code.take(construct.body) }] : [],
    getAccessors: accessors.map((accessor) => getAccessor(code, accessor)),
    setAccessors: accessors.flatMap((accessor) => setAccessor(code, accessor)),
    methods: declaration.methods.map((method) => ({
      ...methodStructure(method),
      statements: code.take(method.body ?? ""),
      hasOverrideKeyword: method.override ?? false,
      ...(method.protected ? { scope: Scope.Protected } : {}),
    })),
  };
}

/** `extends` and `implements`, on lines of their own where they are many. */
function heritage(code: SetAside, { name, extends: base, implements: shown = [] }: ClassDeclaration) {
  if (base === undefined || shown.length === 0) return { ...optional("extends", base), implements: [...shown] };
  const line = `${base} implements ${shown.join(", ")}`;
  if (`export class ${name} extends ${line} {`.length <= LINE_WIDTH) return { extends: line };
  return { extends: code.take(`${base}\n  implements\n    ${shown.join(",\n    ")}`) };
}

function interfaceStructure(
  code: SetAside,
  declaration: InterfaceDeclaration,
): OptionalKind<InterfaceDeclarationStructure> {
  return {
    ...declared(declaration),
    typeParameters: [...(declaration.typeParameters ?? [])],
    getAccessors: (declaration.accessors ?? []).map((accessor) => getAccessor(code, accessor)),
    setAccessors: (declaration.accessors ?? []).flatMap((accessor) => setAccessor(code, accessor)),
    properties: (declaration.properties ?? []).map((property) => ({
      name: property.name,
      type: code.take(property.type ?? "unknown"),
      docs: docs(property.doc),
      isReadonly: property.readonly ?? false,
      hasQuestionToken: property.optional ?? false,
    })),
    methods: (declaration.methods ?? []).map(methodStructure),
  };
}

function declared({ name, exported, doc }: { name: string; exported?: boolean; doc?: string | undefined }) {
  return { name, isExported: exported ?? false, docs: docs(doc) };
}

/** ts-morph puts a text that begins with a line break on lines of its own. */
function docs(text: string | undefined): OptionalKind<JSDocStructure>[] {
  if (text === undefined) return [];
  return [{ description: text.includes("\n") ? `\n${text}` : text }];
}

function propertyStructure(code: SetAside, property: Property) {
  return {
    name: property.name,
    ...optional("type", property.type && code.take(property.type)),
    docs: docs(property.doc),
    isReadonly: property.readonly ?? false,
    hasQuestionToken: property.optional ?? false,
    isStatic: property.static ?? false,
    hasDeclareKeyword: property.declare ?? false,
    ...optional("initializer", property.value && code.take(fitting(property, property.value))),
  };
}

/** Calls whose line would be too long have their arguments on a line of their own. */
function fitting({ name, type = "" }: Property, value: string): string {
  const width = `  readonly ${name}: ${type} = ${value};`.length;
  if (width <= LINE_WIDTH || !value.startsWith("new ")) return value;
  return value.replace("(", "(\n  ").replace(/\)$/, ",\n)");
}

function methodStructure(method: Method) {
  return {
    name: method.name,
    docs: docs(method.doc),
    typeParameters: [...(method.typeParameters ?? [])],
    parameters: parameters(method.parameters),
    returnType: method.returns,
  };
}

function getAccessor(code: SetAside, { name, doc, get }: Accessor) {
  return { name, docs: docs(doc), returnType: get.type, ...optional("statements", get.body && code.take(get.body)) };
}

function setAccessor(code: SetAside, { name, set }: Accessor) {
  if (set === undefined) return [];
  return [
    {
      name,
      parameters: [{ name: "value", type: set.type }],
      ...optional("statements", set.body && code.take(set.body)),
    },
  ];
}

function parameters(list: readonly Parameter[]): OptionalKind<ParameterDeclarationStructure>[] {
  return list.map(({ name, type, rest, initial }) => ({
    name,
    type,
    isRestParameter: rest ?? false,
    ...optional("initializer", initial),
  }));
}

/** A property that is there only with a value, as exactOptionalPropertyTypes asks. */
function optional<K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: T };
}
