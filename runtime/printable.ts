const controls = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Text from outside as one line that a terminal may show: line ends become bars, control characters are spelled out. */
export function printable(text: string): string {
  return text
    .replace(/\s*\n\s*/g, " | ")
    .replace(controls, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
