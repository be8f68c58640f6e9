import { fstatSync } from "node:fs";
import { type Logger, writeLine } from "../log.js";
import { printable } from "../printable.js";
import { timestamp } from "./timestamp.js";

export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ["text", "json"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Priorities of syslog(3), which the journal takes from the start of a line. */
const PRIORITIES: Readonly<Record<LogLevel, number>> = { error: 3, warn: 4, info: 6, debug: 7 };

/** A program's messages on standard error, one line each. Those that are less urgent than a level are left out. */
export function programLog(device: string, level: LogLevel, format: LogFormat): Logger {
  const line = format === "json" ? jsonLine : isJournal() ? journalLine : textLine;
  const method = (own: LogLevel) =>
    LOG_LEVELS.indexOf(own) <= LOG_LEVELS.indexOf(level)
      ? (message: string) => writeLine(line(own, device, printable(message)))
      : () => {};
  return { error: method("error"), warn: method("warn"), info: method("info"), debug: method("debug") };
}

function textLine(level: LogLevel, device: string, message: string): string {
  return `${timestamp()} ${level} ${device}: ${message}`;
}

function jsonLine(level: LogLevel, device: string, message: string): string {
  return JSON.stringify({ time: timestamp(), level, device, message });
}

/** The journal knows the time itself. */
function journalLine(level: LogLevel, device: string, message: string): string {
  return `<${PRIORITIES[level]}>${device}: ${message}`;
}

/** Whether standard error is the stream that systemd says it is: it may have been redirected since. */
function isJournal(): boolean {
  const stream = process.env["JOURNAL_STREAM"];
  if (stream === undefined) return false;
  const { dev, ino } = fstatSync(2, { bigint: true });
  return stream === `${dev}:${ino}`;
}
