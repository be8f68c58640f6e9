import type { Device } from "./device.js";

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
/** What a lane is given: the frozen features and configuration, and what the device's `share()` returns. */
export type LaneContextOf<D extends Device> = Member<TypesOf<D>, "lane"> & { readonly shared: ReturnType<D["share"]> };

/** What a driver of this device sends and receives. */
export type TrafficOf<D> = Member<TypesOf<D>, "traffic">;

/** A behaviour, ready for any transport. */
export interface Backend<Options = unknown, D extends Device = Device> {
  /** Makes the device: configuration, offered features, whatever is there once. */
  open(options: Options): D;
  /** Makes the request handlers; absent: the device itself has them, and runs on one thread only. */
  lane?(context: never): object;
}

/**
 * Declares a behaviour whose requests can be served by several threads: `lane` makes the handlers for one of them from
 * what can cross threads, and shares nothing else with the device.
 */
export function defineBackend<D extends Device, Options = void>(backend: {
  open(options: Options): D & ControlOf<D>;
  lane(context: LaneContextOf<D>): HandlersOf<D>;
}): Backend<Options, D>;
/**
 * Declares a behaviour whose device class has the request handlers itself. Does not compile while one is missing for a
 * feature that the class may offer.
 */
export function defineBackend<D extends Device, Options = void>(backend: {
  open(options: Options): D & HandlersOf<D> & ControlOf<D>;
}): Backend<Options, D>;
export function defineBackend<Options>(backend: Backend<Options>): Backend<Options> {
  return backend;
}

/** What a lane is given on the device's own thread: the device, seen through what could also cross to another. */
export function ownThreadContext(device: Device): never {
  const context = {
    config: device.config,
    offers: (...features: readonly string[]) => device.offers(...features),
    negotiated: (...features: readonly string[]) => device.negotiated(...features),
    shared: device.share(),
  };
  return context as never;
}
