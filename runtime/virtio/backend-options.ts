/** An option of a behaviour, as programs offer it on the command line. */
export interface OptionDescription {
  /** In kebab-case; `open` is given it under its camel-case name. */
  readonly name: string;
  /** A size is a number of bytes, written with K, M, G or T for powers of 1024. An integer is not negative. */
  readonly type: "flag" | "string" | "integer" | "size";
  /** What the help calls the value: PATH. Absent: the type's own word. */
  readonly value?: string;
  /** The only values that a string may have. */
  readonly choices?: readonly string[];
  /** Nothing can be done without it. */
  readonly required?: boolean;
  /** It may be given several times; `open` is given a list. For strings. */
  readonly repeated?: boolean;
  /** One phrase, without a full stop. */
  readonly help: string;
}

/** What programs need to know to run a behaviour from a command line. */
export interface ProgramDescription {
  /** The backend type in QEMU's `docs/interop/vhost-user.json`: "block". Absent where it names none. */
  readonly type?: string;
  /** What `--print-capabilities` lists as features: "read-only", "blk-file". */
  readonly capabilities?: readonly string[];
  readonly options: readonly OptionDescription[];
}
