/** An element of an SVG: its name, attributes and content. */
export function element(name: string, attributes: Readonly<Record<string, string | number>>, content = ""): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(rounded(value))}"`);
  return content === "" ? `<${name}${list.join("")}/>` : `<${name}${list.join("")}>${content}</${name}>`;
}

/** Words at a place. */
export function label(x: number, y: number, words: string, attributes: Readonly<Record<string, string | number>> = {}) {
  return element("text", { x, y, ...attributes }, escapeXml(words));
}

export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return element("line", { x1, y1, x2, y2, class: kind });
}

/** Text and lines take the colour of their surroundings' mode; the series' colours can be told apart in both. */
const STYLE = `
text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-size:14px;font-weight:600}.small{font-size:11px}
.axis{stroke:#57606a}.grid{stroke:#8c959f;stroke-opacity:.3}.one{stroke:#57606a;stroke-dasharray:4 3}
.goal{stroke:#cf222e;stroke-width:2}.s0{fill:#0969da;stroke:#0969da}.s1{fill:#bc4c00;stroke:#bc4c00}
.s2{fill:#1a7f37;stroke:#1a7f37}.s3{fill:#8250df;stroke:#8250df}.path{fill:none;stroke-width:2}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.axis,.one{stroke:#9198a1}.goal{stroke:#ff7b72}
.s0{fill:#58a6ff;stroke:#58a6ff}.s1{fill:#f0883e;stroke:#f0883e}.s2{fill:#3fb950;stroke:#3fb950}
.s3{fill:#bc8cff;stroke:#bc8cff}.path{fill:none}}`;

/** Colours that series have. */
export const SERIES_MAX = 4;

/** A whole picture, with a title that those hear who cannot see it. */
export function picture(width: number, height: number, title: string, content: readonly string[]): string {
  const attributes = { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height };
  const parts = [element("title", {}, escapeXml(title)), element("style", {}, STYLE), ...content];
  return `${element("svg", { ...attributes, role: "img" }, `\n${parts.join("\n")}\n`)}\n`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function rounded(value: string | number): string {
  return typeof value === "number" ? String(Math.round(value * 10) / 10) : value;
}
