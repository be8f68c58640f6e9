import type { ClassDeclaration } from "./declaration.js";
import type { DeviceTypes } from "./device-types.js";
import { docText } from "./doc-comment.js";
import type { Emission } from "./emission.js";

/** The driver's side, for programs that talk to such a device. */
export function driverClass(emission: Emission, { config }: DeviceTypes): ClassDeclaration {
  const { imports, title } = emission;
  const feature = emission.hasFeatures ? emission.named("Feature") : "never";
  return {
    kind: "class",
    name: emission.named("Driver"),
    exported: true,
    doc: docText(`The driver's side of a ${title}: builds requests, and reads answers and the configuration.`),
    extends: `${imports.value("DriverSide")}<${emission.named("Traffic")}, ${config.complete}, ${feature}>`,
    properties: [],
    construct: {
      parameters: [{ name: "setup", type: `${imports.type("DriverSetup")}<${feature}>`, initial: "{}" }],
      body: `super(${emission.named("Description")}, setup);`,
    },
    accessors: [],
    methods: [],
  };
}
