import type { ConstDeclaration } from "./declaration.js";
import { docText } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { type Entry, type Node, print } from "./literal.js";
import { identifier, key, text } from "./names-in-code.js";

/** What ties the file together for the runtime: the description, and the classes for configuration and queues. */
export function emitDefinition(emission: Emission): ConstDeclaration {
  const { queues } = emission.device;
  const classOf = (carries: string): string => identifier(emission.message(carries).ts);
  const requests = queues.filter(({ whenEmpty }) => whenEmpty === undefined);
  const entries: readonly Entry[] = [
    { key: "codegen", node: emission.imports.value("CODEGEN_INTERFACE_1") },
    { key: "description", node: emission.named("Description") },
    { key: "Config", node: emission.named("ConfigFields") },
    {
      key: "requests",
      node: object(requests.map(({ name, carries }) => ({ key: key(name), node: classOf(carries) }))),
    },
    {
      key: "pools",
      node: object(
        queues.flatMap(({ name, carries, whenEmpty }): readonly Entry[] => {
          if (whenEmpty === undefined) return [];
          const pool = [
            { key: "Message", node: classOf(carries) },
            { key: "whenEmpty", node: text(whenEmpty) },
          ];
          return [{ key: key(name), node: object(pool) }];
        }),
      ),
    },
  ];
  return {
    kind: "const",
    name: emission.named("Definition"),
    exported: true,
    doc: docText(`What the runtime needs to run a ${emission.title}.`),
    type: emission.imports.type("DeviceDefinition"),
    value: print(object(entries), 1000),
  };
}

function object(entries: readonly Entry[]): Node {
  return { brackets: "{}", separator: ",", entries };
}
