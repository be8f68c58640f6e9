/** What a generated file consists of, as plain data: emitters build it, `source-file.ts` alone knows how it is printed. */
export type Declaration = ClassDeclaration | InterfaceDeclaration | TypeDeclaration | ConstDeclaration;

interface Declared {
  readonly name: string;
  /** Finished text of a doc comment: escaped, its lines broken. */
  readonly doc?: string | undefined;
  readonly exported?: boolean;
}

export interface ClassDeclaration extends Declared {
  readonly kind: "class";
  readonly abstract?: boolean;
  readonly typeParameters?: readonly string[];
  readonly extends?: string | undefined;
  readonly implements?: readonly string[] | undefined;
  readonly properties: readonly Property[];
  readonly construct?: Constructor;
  readonly accessors: readonly Accessor[];
  readonly methods: readonly Method[];
}

export interface InterfaceDeclaration extends Declared {
  readonly kind: "interface";
  readonly typeParameters?: readonly string[];
  readonly properties?: readonly Property[];
  readonly accessors?: readonly Accessor[];
  readonly methods?: readonly Method[];
}

export interface TypeDeclaration extends Declared {
  readonly kind: "type";
  readonly typeParameters?: readonly string[];
  readonly type: string;
}

export interface ConstDeclaration extends Declared {
  readonly kind: "const";
  readonly type?: string;
  readonly value: string;
}

export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly rest?: boolean;
  readonly initial?: string | undefined;
}

export interface Property {
  readonly name: string;
  /** Absent for private properties, whose type is that of their value. */
  readonly type?: string;
  readonly doc?: string | undefined;
  readonly readonly?: boolean;
  readonly optional?: boolean;
  readonly static?: boolean;
  readonly declare?: boolean;
  readonly value?: string;
}

export interface Constructor {
  readonly parameters: readonly Parameter[];
  readonly body: string;
}

/** A property that is computed; bodies are absent in interfaces. */
export interface Accessor {
  readonly name: string;
  readonly doc?: string | undefined;
  readonly get: { readonly type: string; readonly body?: string };
  readonly set?: { readonly type: string; readonly body?: string };
}

export interface Method {
  readonly name: string;
  readonly doc?: string | undefined;
  readonly typeParameters?: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly returns: string;
  readonly body?: string;
  readonly override?: boolean;
  readonly protected?: boolean;
}
