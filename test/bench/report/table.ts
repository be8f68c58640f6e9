/** Rows under headings; all but the first column hold figures. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** For a terminal: columns of one width, figures to the right. */
export function textTable({ title, head, rows }: Table): string {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => (row[i] ?? "").length)));
  const line = (row: readonly string[]) =>
    widths
      .map((width, i) => (i === 0 ? (row[i] ?? "").padEnd(width) : (row[i] ?? "").padStart(width)))
      .join("  ")
      .trimEnd();
  return `${title}\n\n${[line(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n")}\n`;
}

/** For a document. */
export function markdownTable({ title, head, rows }: Table): string {
  const line = (row: readonly string[]) => `| ${head.map((_, i) => escaped(row[i] ?? "")).join(" | ")} |`;
  const rule = `| ${head.map((_, i) => (i === 0 ? "---" : "---:")).join(" | ")} |`;
  return `${title}\n\n${[line(head), rule, ...rows.map(line)].join("\n")}\n`;
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|");
}
