import type { Message } from "./message.js";
import { CONFIG_MAX } from "./messages.js";
import { ProtocolError } from "./protocol-error.js";
import type { Answer, SessionParts } from "./session-parts.js";
import { Config, type ConfigMessage } from "./wire.js";

/** What SET_CONFIG is for. */
const ConfigFlags = { WRITE: 0, MIGRATION: 1 } as const;

export function getConfig({ model }: SessionParts, { payload }: Message): Answer {
  const { offset, size } = decodeConfig(payload);
  return { payload: Config.encode({ offset, size, flags: 0, bytes: model.readConfig(offset, size) }) };
}

export function setConfig({ model, status, log }: SessionParts, { payload }: Message): Answer {
  const { offset, size, flags, bytes } = decodeConfig(payload);
  if (bytes.length < size) throw new ProtocolError(`${bytes.length} bytes of ${size}`);
  if (flags === ConfigFlags.WRITE) return model.writeConfig(offset, bytes.subarray(0, size), status.early);
  if (flags !== ConfigFlags.MIGRATION) throw new ProtocolError(`flags ${flags}`);
  log.warn("vhost-user: SET_CONFIG refused: the configuration cannot be migrated");
  return false;
}

function decodeConfig(payload: Uint8Array): ConfigMessage {
  const config = Config.decode(payload);
  const { offset, size } = config;
  if (size > 0 && offset + size <= CONFIG_MAX) return config;
  throw new ProtocolError(`${size} bytes at ${offset} of a configuration space of at most ${CONFIG_MAX}`);
}
