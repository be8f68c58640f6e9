/** What a text is expected to be told: `CODE line`, sorted. Comments `# expect-error: CODE, CODE` say it on the line itself. */
export function expectationsOf(text: string): string[] {
  const expected = text.split("\n").flatMap((line, i) => {
    const [, severity, codes] = /# expect-(error|warning): ([A-Z0-9, ]+)/.exec(line) ?? [];
    return (codes ?? "")
      .split(",")
      .flatMap((code) => (code.trim() ? [`${severity} ${code.trim()} line ${i + 1}`] : []));
  });
  return expected.sort();
}
