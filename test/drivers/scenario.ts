/** A driver of a kernel that nobody here wrote, and what it is brought to do. */
export interface Scenario {
  /** Name of the definition. */
  readonly device: string;
  readonly frontend: "qemu" | "uml";
  /** What tells it from others of the same device and frontend. */
  readonly variant?: string;
  /** Modules of the guest's kernel, in this order. */
  readonly modules: readonly string[];
  /** Queues that QEMU's generic device is to have. */
  readonly queues: number;
  /** Options of `vdev-run --definition`. */
  readonly options: readonly string[];
  /** Further options of QEMU. */
  readonly machine?: readonly string[];
  /** ACPI tables that QEMU would not make, without their headers. */
  readonly acpi?: readonly { readonly signature: string; readonly data: Uint8Array }[];
  /** What happens then, in this order. */
  readonly guest: readonly Step[];
  /** Features that the driver accepts, of those that are offered. */
  readonly accepts: readonly string[];
  /** Requests that the driver makes of this, on each queue in this order; others may come between them. */
  readonly meant: readonly Meant[];
  /** Bytes that the definition reserves and this driver fills nevertheless: our driver does not. */
  readonly fills?: readonly { readonly queue: string; readonly at: number; readonly bytes: number }[];
  /** Bytes behind all that the definition has: our driver does not send them. */
  readonly trails?: readonly { readonly kind: string; readonly bytes: number }[];
  /** Configuration fields that it writes, in this order, in words. */
  readonly writes?: readonly (readonly [field: string, value: string])[];
}

/** A script in the guest, with what it is to print where that shows how the driver read us; or a command for `vdev-run`. */
export type Step = readonly [script: string, prints?: string | RegExp] | { readonly device: string };

/** What the kernel means with a request. */
export interface Meant {
  readonly queue: string;
  readonly kind: string;
  /** Some of the fields that the driver sends, by TypeScript name. */
  readonly sent: Readonly<Record<string, unknown>>;
  /** Bytes of each device-writable buffer, where they are known. */
  readonly writable?: readonly number[];
}

export function nameOf({ device, frontend, variant }: Pick<Scenario, "device" | "frontend" | "variant">): string {
  return variant === undefined ? `${device}-${frontend}` : `${device}-${frontend}-${variant}`;
}
