import type { GraphLayer } from "./protocol.ts";

const [WIDTH, HEIGHT, GAP] = [210, 44, 26];
const NS = "http://www.w3.org/2000/svg";

function element(name: string, attributes: Readonly<Record<string, string | number>>, text?: string): SVGElement {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Rows by depth: a layer stands below all that feed it. */
function places(layers: readonly GraphLayer[]): { x: number; y: number }[] {
  const depth: number[] = [];
  const used: number[] = [];
  return layers.map(({ from }, i) => {
    depth[i] = Math.max(-1, ...from.map((at) => depth[at] ?? -1)) + 1;
    const column = (used[depth[i]!] = (used[depth[i]!] ?? -1) + 1);
    return { x: 6 + column * (WIDTH + 16), y: 6 + depth[i]! * (HEIGHT + GAP) };
  });
}

/** Draws the layers as boxes, with a line from each to those that it feeds. */
export function drawGraph(target: HTMLElement, layers: readonly GraphLayer[]): void {
  const at = places(layers);
  const svg = element("svg", {
    width: Math.max(...at.map(({ x }) => x), 0) + WIDTH + 6,
    height: Math.max(...at.map(({ y }) => y), 0) + HEIGHT + 6,
  });
  layers.forEach(({ from }, i) => {
    const to = at[i]!;
    for (const source of from) {
      const start = at[source]!;
      const [x0, y0, x1, y1] = [start.x + WIDTH / 2, start.y + HEIGHT, to.x + WIDTH / 2, to.y];
      svg.append(element("path", { d: `M${x0} ${y0}C${x0} ${y0 + 16} ${x1} ${y1 - 16} ${x1} ${y1}` }));
    }
  });
  layers.forEach(({ name, kind, shape }, i) => {
    const { x, y } = at[i]!;
    svg.append(
      element("rect", { x, y, width: WIDTH, height: HEIGHT, rx: 8 }),
      element("text", { x: x + 10, y: y + 18 }, kind),
      element("text", { x: x + 10, y: y + 36, opacity: 0.65 }, shape || name),
    );
  });
  target.replaceChildren(svg);
}
