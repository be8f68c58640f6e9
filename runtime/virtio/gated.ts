/** The intersection of a union's members. */
export type Intersection<U> = (U extends unknown ? (member: U) => void : never) extends (all: infer I) => void
  ? I
  : never;

/**
 * What a set of features brings along: the members of `Table` under the names in `F`, together. `{}` for a feature that
 * the table does not have.
 */
export type Present<Table, F extends string> = Intersection<F extends keyof Table ? Table[F] : object>;

/** An object type in which some members may be left out. */
export type Defaulted<T, K extends string> = Omit<T, K> & Partial<Pick<T, K & keyof T>>;
