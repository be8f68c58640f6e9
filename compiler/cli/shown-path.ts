import { isAbsolute, relative, resolve, sep } from "node:path";

/** A path as people read it: relative with forward slashes inside the working directory, else absolute. */
export function shownPath(cwd: string, path: string): string {
  const absolute = resolve(cwd, path);
  const inside = relative(cwd, absolute);
  const isOutside = inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return (isOutside ? absolute : inside || ".").split(sep).join("/");
}
