import { builtinModules } from "node:module";
import { posix } from "node:path";
import { ts } from "ts-morph";
import { parse, type Source, visit } from "./architecture-source.js";

/** Something that holds for every file, with a file for which it does not. */
export interface Rule {
  readonly name: string;
  /** What is wrong with a file: specifiers or words from it. */
  readonly violations: (source: Source) => readonly string[];
  readonly examples: readonly { readonly path: string; readonly text: string }[];
}

const rooms = ["compiler", "runtime", "generated", "definitions", "test"];

export const rules: readonly Rule[] = [
  {
    name: "runtime imports no other room",
    violations: (source) => importsOfRooms(source, "runtime", ["runtime"]),
    examples: [
      { path: "runtime/a.ts", text: 'import { x } from "../generated/blk.js";' },
      { path: "runtime/b/c.ts", text: 'export * from "../../definitions/blk/blk.js";' },
      { path: "runtime/d.ts", text: 'type X = import("../compiler/front.js").Definitions;' },
    ],
  },
  {
    name: "generated files import ../runtime/codegen.js and nothing else",
    violations: ({ path, imports }) =>
      roomOf(path) === "generated" ? imports.filter((specifier) => specifier !== "../runtime/codegen.js") : [],
    examples: [
      { path: "generated/a.ts", text: 'import { Device } from "../runtime/virtio/device.js";' },
      { path: "generated/b.ts", text: 'import type { Blk } from "./blk.js";' },
      { path: "generated/c.ts", text: 'import "node:fs";' },
    ],
  },
  {
    name: "definitions import runtime and generated only",
    violations: (source) => importsOfRooms(source, "definitions", ["definitions", "runtime", "generated"]),
    examples: [{ path: "definitions/a/a.ts", text: 'await import("../../compiler/front.js");' }],
  },
  {
    name: "the compiler imports no other room",
    violations: (source) => importsOfRooms(source, "compiler", ["compiler"]),
    examples: [
      { path: "compiler/a.ts", text: 'import { Device } from "../runtime/codegen.js";' },
      { path: "compiler/a/b.ts", text: 'import("../../test/x.js");' },
    ],
  },
  {
    name: "no file imports through the package's own name or #imports",
    violations: ({ imports }) => imports.filter((specifier) => /^(vdev-gen(\/|$)|#)/.test(specifier)),
    examples: [
      { path: "definitions/a/a.ts", text: 'import { x } from "vdev-gen/codegen";' },
      { path: "test/a.ts", text: 'export { x } from "vdev-gen";' },
      { path: "compiler/a.ts", text: 'import x = require("#x");' },
    ],
  },
  {
    name: "ts-morph, yaml and ajv are for the compiler, commander for it and one file of the programs, rolldown for one of the build",
    violations: ({ path, imports }) =>
      ["compiler", "test"].includes(roomOf(path))
        ? []
        : imports.filter((specifier) => outsiders(path).includes(packageOf(specifier))),
    examples: [
      { path: "runtime/a.ts", text: 'import { parse } from "yaml";' },
      { path: "definitions/a/a.ts", text: 'const { Ajv2020 } = await import("ajv/dist/2020.js");' },
      { path: "runtime/vhost-user/a.ts", text: 'import { Command } from "commander";' },
      { path: "runtime/run/a.ts", text: 'import { Project } from "ts-morph";' },
      { path: "runtime/run/command-line.ts", text: 'import { Command } from "commander";' },
      { path: "runtime/programs/run-bundle.ts", text: 'import { rolldown } from "rolldown";' },
    ],
  },
  {
    name: "memory, virtqueue and device model start no process and open no socket",
    violations: ({ path, imports }) => (isCore(path) ? imports.filter(reachesOutside) : []),
    examples: [
      { path: "runtime/memory/a.ts", text: 'import { spawn } from "node:child_process";' },
      { path: "runtime/virtqueue/a.ts", text: 'import net from "net";' },
      { path: "runtime/virtio/a.ts", text: 'import { lookup } from "node:dns/promises";' },
    ],
  },
  {
    name: "inside the runtime, imports run one way: native, memory, virtqueue, device model, I/O, lanes, transports, the rest",
    violations: ({ path, imports }) => imports.filter((specifier) => isUpwards(path, targetOf(path, specifier))),
    examples: [
      { path: "runtime/memory/a.ts", text: 'import type { Session } from "../vhost-user/session.js";' },
      { path: "runtime/virtio/a.ts", text: 'import { DriverRing } from "../testing/driver-ring.js";' },
      { path: "runtime/native/a.ts", text: 'import type { Mapping } from "../memory/mapping.js";' },
      { path: "runtime/virtqueue/a.ts", text: 'import { eventLoop } from "../io/event-loop.js";' },
      { path: "runtime/lanes/a.ts", text: 'import { serveVhostUser } from "../vhost-user/server.js";' },
      { path: "runtime/testing/a.ts", text: 'import { listenAt } from "../run/listening-socket.js";' },
      { path: "runtime/io/a.ts", text: 'import { serveVhostUser } from "../index.js";' },
    ],
  },
  {
    name: "generated files are erasable: types can be stripped without knowing them",
    violations: ({ path, text }) => (roomOf(path) === "generated" ? remains(path, text) : []),
    examples: [
      { path: "generated/a.ts", text: "export enum A { B }" },
      { path: "generated/b.ts", text: "export const enum A { B }" },
      { path: "generated/c.ts", text: "class A { constructor(readonly b: number) {} }" },
      { path: "generated/d.ts", text: "namespace A { export const b = 1; }" },
      { path: "generated/e.ts", text: "const a = <number>b;" },
      { path: "generated/f.ts", text: "export = 1;" },
      { path: "generated/g.ts", text: "@sealed class A {}" },
    ],
  },
];

/** The files that import a package, to count them. */
export function importersOf(name: string, sources: readonly Source[]): string[] {
  return sources.filter(({ imports }) => imports.some((i) => packageOf(i) === name)).map(({ path }) => path);
}

function importsOfRooms({ path, imports }: Source, room: string, allowed: readonly string[]): string[] {
  if (roomOf(path) !== room) return [];
  return imports.filter((specifier) => {
    const target = roomOf(targetOf(path, specifier));
    return rooms.includes(target) && !allowed.includes(target);
  });
}

function roomOf(path: string): string {
  return path.split("/")[0] as string;
}

/** The path from the root that a relative specifier leads to; empty for a package. */
function targetOf(path: string, specifier: string): string {
  return specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : "";
}

function packageOf(specifier: string): string {
  return specifier.split("/")[0] as string;
}

/** Packages that a file outside of the compiler may not have. */
function outsiders(path: string): string[] {
  const commander = path === "runtime/run/commander-options.ts" ? [] : ["commander"];
  const rolldown = path === "runtime/programs/bundle.ts" ? [] : ["rolldown"];
  return ["ts-morph", "yaml", "ajv", ...commander, ...rolldown];
}

function isCore(path: string): boolean {
  return /^runtime\/(memory|virtqueue|virtio)\//.test(path);
}

/** What the runtime consists of, from the inside out: each may import those before it, and itself. */
const layers = [
  ["native"],
  ["memory"],
  ["virtqueue"],
  ["virtio"],
  ["io"],
  ["lanes"],
  ["vhost-user", "vdpa"],
  ["testing", "run", "programs", "index.js", "codegen.js"],
];

function isUpwards(path: string, target: string): boolean {
  const [from, to] = [path, target].map((file) => (roomOf(file) === "runtime" ? (file.split("/")[1] as string) : ""));
  const [own, other] = [from, to].map((part) => layers.findIndex((layer) => layer.includes(part as string)));
  return from !== to && (own as number) >= 0 && (other as number) >= (own as number);
}

const outside = ["child_process", "cluster", "dgram", "dns", "http", "http2", "https", "inspector", "net", "tls"];

function reachesOutside(specifier: string): boolean {
  const name = packageOf(specifier.replace(/^node:/, ""));
  return builtinModules.includes(name) && outside.includes(name);
}

/** Syntax that TypeScript turns into code. */
function remains(path: string, text: string): string[] {
  const found: string[] = [];
  visit(parse(path, text), (node) => {
    if (!isErasable(node)) found.push(ts.SyntaxKind[node.kind] as string);
  });
  return found;
}

function isErasable(node: ts.Node): boolean {
  if (ts.isParameter(node)) return !node.modifiers?.length;
  if (ts.isExportAssignment(node)) return !node.isExportEquals;
  return !(
    ts.isEnumDeclaration(node) ||
    ts.isModuleDeclaration(node) ||
    ts.isDecorator(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isImportEqualsDeclaration(node)
  );
}
