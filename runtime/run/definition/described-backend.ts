import type { Backend } from "../../virtio/backend.js";
import type { OptionDescription } from "../../virtio/backend-options.js";
import { nameOf, type Value } from "../../virtio/codec.js";
import type { ConfigFieldDescription, DeviceDescription, FeatureDescription } from "../../virtio/description.js";
import { evaluate } from "../../virtio/expression.js";
import { Answers } from "./answers.js";
import { splitAssignment, valuesOf } from "./assignments.js";
import { takeCommands } from "./commands.js";
import { configViewOf } from "./config-window.js";
import { DescribedDevice } from "./described-device.js";
import { postOf } from "./posts.js";
import { RecordFile } from "./record-file.js";

/** Options of a device that has no behaviour. */
export interface DescribedOptions {
  /** `NAME,NAME`; absent: every feature that needs no other. */
  readonly offer?: string;
  /** `FIELD=VALUE` of the configuration space. */
  readonly set?: readonly string[];
  /** `KIND=STATUS` or `KIND=STATUS,FIELD=VALUE,...` */
  readonly answer?: readonly string[];
  /** `QUEUE[=KIND],FIELD=VALUE,...` */
  readonly post?: readonly string[];
  /** `FIELD=VALUE,...:FIELD=VALUE,...` */
  readonly when?: readonly string[];
  /** Takes commands from standard input. */
  readonly commands?: boolean;
  /** Path of a file. */
  readonly record?: string;
}

const options: readonly OptionDescription[] = [
  { name: "offer", type: "string", value: "NAME,...", help: "features to offer (default: all that need no other)" },
  {
    ...{ name: "set", type: "string", value: "FIELD=VALUE", repeated: true },
    help: "a configuration field; others have their default, or their least value",
  },
  {
    ...{ name: "answer", type: "string", value: "KIND[=STATUS][,FIELD=VALUE]...", repeated: true },
    help: "how to answer a request (default: that it is not supported); several for a kind in turn",
  },
  {
    ...{ name: "post", type: "string", value: "QUEUE[=KIND][,FIELD=VALUE]...", repeated: true },
    help: "a message that the device sends by itself, once the driver is ready",
  },
  {
    ...{ name: "when", type: "string", value: "FIELD=VALUE[,FIELD=VALUE]...:FIELD=VALUE[,...]", repeated: true },
    help: "what the configuration has while the driver has written those values before the colon",
  },
  {
    ...{ name: "commands", type: "flag" },
    help: 'take "post ..." as in --post, "set FIELD=VALUE,..." and "release QUEUE" from standard input, a line each',
  },
  { name: "record", type: "string", value: "FILE", help: "write every request and answer to a file, as lines of JSON" },
];

/** Serves a device type of which there is nothing but its description. */
export function describedBackend(description: DeviceDescription): Backend<DescribedOptions, DescribedDevice> {
  return {
    open: ({ offer, set = [], answer = [], post = [], when = [], commands = false, record }) => {
      const { fields } = description.config;
      const offered = offer === undefined ? independent(description) : offer.split(",").filter((name) => name !== "");
      const given = set.map(splitAssignment);
      for (const [path] of given) requirePresent(description, path.split(/[.[]/)[0] as string, offered);
      const device = new DescribedDevice(description, {
        offer: offered,
        config: { ...defaults(description, fields), ...valuesOf(description, fields, given) },
        answers: new Answers(description, answer),
        posts: post.map((text) => postOf(description, text)),
        views: when.map((text) => configViewOf(description, text)),
        record: record === undefined ? undefined : new RecordFile(record),
      });
      if (commands) takeCommands(device, process.stdin);
      return device;
    },
    program: { options },
  };
}

/** @throws RangeError where a field does not exist with the features that are offered */
function requirePresent({ config }: DeviceDescription, name: string, offered: readonly string[]): void {
  const gate = config.fields.find((field) => field.name === name)?.if ?? 1;
  if (evaluate(gate, { feature: (feature) => offered.includes(feature), config: () => 0 }) !== 0) return;
  throw new RangeError(`${name} does not exist with the features that are offered: ${offered.join(", ") || "none"}`);
}

/** Features that can be offered whatever else is; of those that exclude each other the first. */
function independent({ features }: DeviceDescription): string[] {
  const chosen: FeatureDescription[] = [];
  for (const feature of features) {
    const needs = feature.requires ?? feature.offerNeeds;
    const excludes = (a: FeatureDescription, b: FeatureDescription): boolean => a.conflicts?.includes(b.name) ?? false;
    const isFree = !chosen.some((other) => excludes(feature, other) || excludes(other, feature));
    if (needs === undefined && !feature.legacy && isFree) chosen.push(feature);
  }
  return chosen.map(({ name }) => name);
}

/** The least that is allowed, so that a field that nobody speaks of has a value. */
function defaults(device: DeviceDescription, fields: readonly ConfigFieldDescription[]): Record<string, Value> {
  const scope = { feature: () => false, config: () => 0 };
  const given = fields.filter((field) => field.default === undefined && field.type.kind !== "reserved");
  return Object.fromEntries(
    given.map((field) => {
      const least = field.min === undefined ? 0 : evaluate(field.min, scope);
      return [nameOf(field), leastOf(device, field, field.powerOfTwo ? Math.max(1, least) : least)];
    }),
  );
}

function leastOf({ structs }: DeviceDescription, { type }: ConfigFieldDescription, least: number): Value {
  switch (type.kind) {
    case "integer":
      return type.as === undefined ? least : BigInt(least);
    case "struct":
      return structs[type.struct] === undefined ? 0 : {};
    case "text":
      return "";
    default:
      return [];
  }
}
