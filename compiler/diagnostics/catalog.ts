import { administrationCodes } from "./catalog/administration.js";
import { configCodes } from "./catalog/config.js";
import { deviceCodes } from "./catalog/device.js";
import { featureCodes } from "./catalog/features.js";
import { messageCodes } from "./catalog/messages.js";
import { nameCodes } from "./catalog/names.js";
import { queueCodes } from "./catalog/queues.js";
import { syntaxCodes } from "./catalog/syntax.js";
import { typeCodes } from "./catalog/types.js";

export type Catalog = typeof syntaxCodes &
  typeof deviceCodes &
  typeof featureCodes &
  typeof typeCodes &
  typeof configCodes &
  typeof queueCodes &
  typeof messageCodes &
  typeof nameCodes &
  typeof administrationCodes;

/** Every diagnostic the compiler's front end can give. Codes are stable; docs/diagnostics.md explains each. */
export const catalog: Catalog = {
  ...syntaxCodes,
  ...deviceCodes,
  ...featureCodes,
  ...typeCodes,
  ...configCodes,
  ...queueCodes,
  ...messageCodes,
  ...nameCodes,
  ...administrationCodes,
};

export type Code = keyof Catalog;

/** What the message of a code needs to be told. */
export type Parameters<C extends Code> = Catalog[C]["message"] extends (p: infer P) => string ? P : never;
