/** A device's name inside of names in C: `MAC80211_HWSIM`. */
export function cWord(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}

/** A constant: `VIRTIO_BLK_S_OK` of device `blk`, prefix `S` and name `OK`. */
export function cConstant(device: string, ...words: readonly (string | undefined)[]): string {
  return ["VIRTIO", cWord(device), ...words].filter((word) => word !== undefined).join("_");
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
