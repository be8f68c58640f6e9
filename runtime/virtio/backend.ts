import type { Logger } from "../log.js";
import type { ProgramDescription } from "./backend-options.js";
import type { Device, DeviceDefinition } from "./device.js";

/** What generated code says, in types only, about a device class. */
export interface DeviceTypes {
  /** One method for each request that the features allow. */
  readonly handlers: object;
  /** One method for each configuration field that the driver may write. */
  readonly control: object;
  /** What a lane knows of its device. */
  readonly lane: object;
  /** What a driver sends and receives, by queue and kind. */
  readonly traffic: object;
}

type TypesOf<D> = D extends { readonly "~types"?: infer T } ? NonNullable<T> : never;
type Member<T, K extends keyof DeviceTypes> = T extends { readonly [P in K]: infer M } ? M : never;

/** The request handlers that a device class must have, given what it may offer. */
export type HandlersOf<D> = Member<TypesOf<D>, "handlers">;
/** The handlers of configuration writes that a device class must have. */
export type ControlOf<D> = Member<TypesOf<D>, "control">;
/** What a lane is given: the frozen features and configuration, what the device's `share()` returns, and its log. */
export type LaneContextOf<D extends Device> = Member<TypesOf<D>, "lane"> & {
  readonly shared: ReturnType<D["share"]>;
  readonly log: Logger;
};

/** What a driver of this device sends and receives. */
export type TrafficOf<D> = Member<TypesOf<D>, "traffic">;

/** A behaviour, ready for any transport. */
export interface Backend<Options = unknown, D extends Device = Device> {
  /**
   * Makes the device: configuration, offered features, whatever is there once. A program gives it an object with the
   * options of its command line, camel-cased.
   *
   * @throws RangeError where an option is not allowed, named in the message: a program reports wrong usage
   * @throws Error where the device cannot be made
   */
  open(options: Options): D;
  /** Makes the request handlers; absent: the device itself has them, and runs on one thread only. */
  lane?(context: never): object;
  /**
   * Whether a device completes the requests of each queue, and gives back the buffers that it draws, in the order in which
   * they came: its driver is then offered IN_ORDER. Absent: it does not. A device that breaks the promise fails.
   */
  inOrder?(device: D): boolean;
  /** What the generated code calls the definition. With it and `lane`, queues can run on threads of their own. */
  readonly definition?: DeviceDefinition;
  /** How a program offers it on the command line; absent: without options. */
  readonly program?: ProgramDescription;
}

/** No device has this: it makes the compiler name the methods that a device class has to have and has not. */
interface LacksHandlers<Methods extends string> {
  readonly "~lacks": Methods;
}

/** The device, where its class has the methods. */
type Complete<D, Methods> = [Exclude<keyof Methods, keyof D>] extends [never]
  ? D & Methods
  : LacksHandlers<Exclude<keyof Methods, keyof D> & string>;

/** What the device class itself must have: where no lane makes handlers, the handlers too. */
type OwnMethods<D, Part> = "lane" extends Part ? ControlOf<D> : HandlersOf<D> & ControlOf<D>;

/**
 * Declares a behaviour. Does not compile while a handler is missing for a feature that the device class may offer.
 *
 * Without `lane`, the device class has the request handlers itself. With it and the generated `definition`, requests can be
 * served by several threads: `lane` makes the handlers for one of them from what can cross threads, and shares nothing else
 * with the device.
 */
export function defineBackend<D extends Device, Options = void, Part extends keyof Backend = "open">(
  backend: { readonly [P in Part]: unknown } & {
    open(options: Options): Complete<D, OwnMethods<D, Part>>;
    lane?(context: LaneContextOf<D>): HandlersOf<D>;
    inOrder?(device: D): boolean;
    readonly definition?: DeviceDefinition;
    readonly program?: ProgramDescription;
  },
): Backend<Options, D> {
  return backend as Backend<Options, D>;
}

/** What a lane is given on the device's own thread: the device, seen through what could also cross to another. */
export function ownThreadContext(device: Device): never {
  const context = {
    config: device.config,
    offers: (...features: readonly string[]) => device.offers(...features),
    negotiated: (...features: readonly string[]) => device.negotiated(...features),
    shared: device.share(),
    log: device.log,
  };
  return context as never;
}
