import type { DeviceDescription } from "../virtio/description.js";

/** What a test asks of the process that runs its devices. */
export type HostRequest =
  | {
      readonly kind: "serve";
      readonly options: unknown;
      /** Where to listen. */
      readonly path: string;
      /** The device goes with its first session; else the next one is waited for. */
      readonly once: boolean;
      /** Threads for queues of requests; 0 for none. */
      readonly queueThreads: number;
    }
  | {
      readonly kind: "inside";
      readonly device: number;
      /** Source of a function. */
      readonly look: string;
      readonly args: readonly unknown[];
    }
  | { readonly kind: "stop"; readonly device: number };

export interface ServedDescription {
  readonly device: number;
  readonly description: DeviceDescription;
}

/** What that process says. Replies come in any order, log lines before the replies of what caused them. */
export type HostMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "reply"; readonly id: number; readonly value: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string }
  | { readonly kind: "log"; readonly device: number; readonly level: LogLevel; readonly message: string };

export type LogLevel = "debug" | "info" | "warn" | "error";
