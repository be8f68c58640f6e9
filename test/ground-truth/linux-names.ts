/** Names of constants and tags of structs that the text of a C header gives. */
export function namesIn(text: string): Set<string> {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, " ").replaceAll(/\/\/.*$/gm, " ");
  return new Set([
    ...found(code, /^[ \t]*#[ \t]*define[ \t]+([A-Z]\w*)[ \t]+\S/gm),
    ...[...code.matchAll(/\benum\b[^{;]*\{([^}]*)\}/g)].flatMap(([, body]) =>
      found(body as string, /(?:^|,)\s*([A-Z]\w*)/g),
    ),
    ...found(code, /\bstruct\s+(\w+)\s*\{/g),
  ]);
}

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name]) => name as string);
}
