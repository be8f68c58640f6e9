const TOKEN = /<(\/?)([a-z]+)((?: [\w:-]+="[^"<&]*(?:&(?:amp|lt|gt|quot);[^"<&]*)*")*)(\/?)>|([^<]+)|(<)/gi;

/** What is wrong with an XML document that has elements, attributes and text only; undefined where nothing is. */
export function flawOf(xml: string): string | undefined {
  const open: string[] = [];
  for (const [token, closes, name = "", , empty, text, stray] of xml.trim().matchAll(TOKEN)) {
    if (stray !== undefined) return `no tag at ${xml.slice(xml.indexOf(token), 40)}`;
    if (text !== undefined && /&(?!(amp|lt|gt|quot);)/.test(text)) return `no entity in ${text}`;
    if (text !== undefined && open.length === 0) return `text outside: ${text}`;
    if (name === "") continue;
    if (closes === "/" && open.pop() !== name) return `${name} is closed, and not open`;
    if (closes === "" && empty === "") open.push(name);
  }
  return open.length === 0 ? undefined : `${open.join(", ")} not closed`;
}
