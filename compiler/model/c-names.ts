import type { LinuxHeader } from "./model.js";

/** A device's name inside of names in C: `MAC80211_HWSIM`. */
export function cWord(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}

/** A constant: `VIRTIO_BLK_S_OK` of device `blk`, prefix `S` and name `OK`. */
export function cConstant(device: string, ...words: readonly (string | undefined)[]): string {
  return ["VIRTIO", cWord(device), ...words].filter((word) => word !== undefined).join("_");
}

/** A constant by its key, `S_OK`: with the name that Linux's header has for it, where the definition says that it is another. */
export function headerConstant(device: string, linux: LinuxHeader | undefined, key: string): string {
  const name = linuxName(linux, key);
  return name.startsWith("VIRTIO_") ? name : cConstant(device, name);
}

/** What Linux calls something; a name that lies deeper in Linux is none here. */
export function linuxName(linux: LinuxHeader | undefined, key: string): string {
  const name = linux?.names.get(key);
  return name === undefined || name.includes(".") ? key : name;
}

/** The constant of the device id: `VIRTIO_ID_BLOCK`. */
export function idConstant(device: string, linux: LinuxHeader | undefined): string {
  return `VIRTIO_ID_${linux?.id ?? cWord(device)}`;
}

/** What a list or a message puts before the names of its constants: `S_OK`. */
export function listKey(prefix: string | undefined, name: string): string {
  return prefix === undefined ? name : `${prefix}_${name}`;
}

/** `SHM_ID_CACHE`: the id of a region, or the first of a range; the last has `_LAST` behind it. */
export function regionKey(region: string): string {
  return `SHM_ID_${region.toUpperCase()}`;
}

/** `VQ_CONTROL` for `controlq`. */
export function queueKey(queue: string): string {
  return `VQ_${queue.replace(/(?<=.)_?v?q$/, "").toUpperCase()}`;
}

/** `ENTRY_FLAGS_UP`: bits of a field, one or several, as their constants begin. */
export function bitsKey(owner: string, field: string, bits: string): string {
  return `${owner}_${field}_${bits}`.toUpperCase();
}

/** A struct: `virtio_blk_config`. */
export function cTag(device: string, name: string): string {
  return `virtio_${cWord(device).toLowerCase()}_${name}`;
}

/** The device's header: `virtio_blk.h`. */
export function headerFile(device: string): string {
  return `virtio_${cWord(device).toLowerCase()}.h`;
}

/** Words that C or C++ keeps for itself, and what GNU compilers define unasked. */
const reserved: ReadonlySet<string> = new Set(
  (
    "alignas alignof and and_eq asm auto bitand bitor bool break case catch char class compl concept const consteval constexpr " +
    "constinit const_cast continue co_await co_return co_yield decltype default delete do double dynamic_cast else enum " +
    "explicit export extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr " +
    "operator or or_eq private protected public register reinterpret_cast requires restrict return short signed sizeof static " +
    "static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename typeof union " +
    "unsigned using virtual void volatile wchar_t while xor xor_eq linux unix i386"
  ).split(" "),
);

/** A member of a struct, from a name on the wire: words of C and C++ get an underscore. */
export function cMember(name: string): string {
  return reserved.has(name) ? `${name}_` : name;
}

/** Hands out each name once: one that is taken gets underscores. */
export class DistinctNames {
  readonly #taken = new Set<string>();

  take(name: string): string {
    let free = name;
    while (this.#taken.has(free)) free += "_";
    this.#taken.add(free);
    return free;
  }
}
