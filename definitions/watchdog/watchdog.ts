import { spawn } from "node:child_process";
import {
  WatchdogAction,
  WatchdogConstant,
  WatchdogDevice,
  type WatchdogPing,
  type WatchdogStart,
  WatchdogStatus,
  type WatchdogStop,
  type WatchdogTimeLeft,
} from "../../generated/watchdog.js";
import { type Backend, defineBackend } from "../../runtime/index.js";
import { COUNTDOWN_MAX_MS, Countdown } from "./countdown.js";

const { COMMON_TIMEOUT } = WatchdogConstant;
const actions = {
  none: WatchdogAction.NONE,
  reset: WatchdogAction.RESET,
  "power-off": WatchdogAction.POWER_OFF,
  pause: WatchdogAction.PAUSE,
  nmi: WatchdogAction.NMI,
} as const;

export interface WatchdogOptions {
  /** Shortest timeout in milliseconds; 1000 where absent. */
  readonly minTimeout?: number;
  /** Longest timeout in milliseconds; 600000 where absent. */
  readonly maxTimeout?: number;
  /** What the driver is told to expect; "none" where absent. */
  readonly action?: keyof typeof actions;
  /** The driver cannot stop it. */
  readonly noStop?: boolean;
  /** What a shell runs when it expires: it acts on the machine, which a device cannot. */
  readonly onExpiry?: string;
}

/** A watchdog that says when it expires, and has a command act on the machine. */
export class Watchdog extends WatchdogDevice<"STOP" | "PRETIMEOUT"> {
  readonly #countdown = new Countdown(
    () => this.#warn(),
    () => this.#expire(),
  );
  readonly #onExpiry: string | undefined;

  /** @throws RangeError where the limits of the timeout leave out one second, or are too long; or an action is unknown */
  constructor({
    minTimeout = COMMON_TIMEOUT,
    maxTimeout = 600_000,
    action = "none",
    noStop,
    onExpiry,
  }: WatchdogOptions = {}) {
    checkInteger("min-timeout", minTimeout, 1, COMMON_TIMEOUT);
    checkInteger("max-timeout", maxTimeout, COMMON_TIMEOUT, COUNTDOWN_MAX_MS);
    if (!Object.hasOwn(actions, action)) throw new RangeError(`there is no action ${action}`);
    super({
      offer: noStop ? ["PRETIMEOUT"] : ["STOP", "PRETIMEOUT"],
      config: { minTimeout, maxTimeout, action: actions[action], expired: 0 },
    });
    this.#onExpiry = onExpiry;
  }

  start(request: WatchdogStart): void {
    this.#countdown.start(request.timeout, this.negotiated("PRETIMEOUT") ? request.pretimeout : 0);
    this.config.expired = 0;
    request.complete(WatchdogStatus.OK);
  }

  ping(request: WatchdogPing): void {
    if (!this.#countdown.isRunning) return request.complete(WatchdogStatus.STOPPED);
    this.#countdown.again();
    request.complete(WatchdogStatus.OK);
  }

  stop(request: WatchdogStop): void {
    this.#countdown.stop();
    request.complete(WatchdogStatus.OK);
  }

  timeLeft(request: WatchdogTimeLeft): void {
    request.timeLeft = this.#countdown.left;
    request.complete(WatchdogStatus.OK);
  }

  override onReset(): void {
    if (this.offers("STOP")) this.#countdown.stop();
  }

  override onClose(): void {
    this.#countdown.stop();
  }

  #warn(): void {
    if (!this.negotiated("PRETIMEOUT")) return;
    this.eventq.post((warning) => {
      warning.timeLeft = this.#countdown.left;
    });
  }

  #expire(): void {
    this.config.expired = 1;
    this.log.warn("expired");
    if (this.#onExpiry === undefined) return;
    spawn("/bin/sh", ["-c", this.#onExpiry], { stdio: ["ignore", "inherit", "inherit"] })
      .on("error", (error) => this.log.error(`on-expiry: ${error.message}`))
      .on("exit", (status, signal) => {
        if (status !== 0) this.log.error(`on-expiry ended with ${signal ?? status}`);
      });
  }
}

/** @throws RangeError where the value is no integer from `min` to `max` */
function checkInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && min <= value && value <= max) return;
  throw new RangeError(`${name} must be an integer from ${min} to ${max}, found ${value}`);
}

const backend: Backend<WatchdogOptions, Watchdog> = defineBackend({
  open: (options: WatchdogOptions) => new Watchdog(options),
  program: {
    options: [
      { name: "min-timeout", type: "integer", value: "MS", help: "shortest timeout (default: 1000)" },
      { name: "max-timeout", type: "integer", value: "MS", help: "longest timeout (default: 600000)" },
      {
        ...{ name: "action", type: "string", choices: Object.keys(actions) },
        help: "what the driver is told to expect (default: none)",
      },
      { name: "no-stop", type: "flag", help: "the driver cannot stop it" },
      { name: "on-expiry", type: "string", value: "COMMAND", help: "what a shell runs when it expires" },
    ],
  },
});
export default backend;
