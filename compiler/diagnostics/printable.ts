const controls = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Text from a file as a terminal may show it: control and direction characters are spelled out, and it ends somewhere. */
export function printable(text: string, limit = 400): string {
  const shown = text.length > limit ? `${text.slice(0, limit)}...` : text;
  return shown.replace(controls, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
