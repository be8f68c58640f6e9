import { pathToFileURL } from "node:url";

/**
 * Option of Node that writes the URL of every ES module that is loaded into a file, a line each. The hooks run in the program's
 * thread where Node can do that, and on one of their own in releases before.
 */
export function traceOption(list: string): string {
  const file = JSON.stringify(list);
  const note = `import { appendFileSync } from "node:fs"; const note = (url) => appendFileSync(${file}, url + "\\n");`;
  const asynchronous = `${note} export async function load(url, context, next) { note(url); return await next(url, context); }`;
  return `--import=${moduleOf(`${note} import module from "node:module";
    if (module.registerHooks) module.registerHooks({ load(url, context, next) { note(url); return next(url, context); } });
    else module.register(${JSON.stringify(moduleOf(asynchronous))});`)}`;
}

/** A module as a URL. */
function moduleOf(text: string): string {
  return `data:text/javascript,${encodeURIComponent(text)}`;
}

/** A module that imports files. */
export function importing(...paths: readonly string[]): string {
  return paths.map((path) => `import ${JSON.stringify(pathToFileURL(path).href)};`).join("\n");
}
