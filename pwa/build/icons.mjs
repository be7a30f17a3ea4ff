/** Draws the PNG icons from the one hand-written SVG, so that no binary is committed. */
import { readFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";

const PLAIN = /<rect width="512" height="512" rx="112"/;

/** A maskable or Apple icon fills the square and keeps its drawing inside the safe circle. */
function fullBleed(svg) {
  const square = svg.replace(PLAIN, '<rect width="512" height="512"');
  const [head, drawing] = square.split(/(?<=fill="url\(#g\)"\/>)/);
  return `${head}<g transform="translate(46 46) scale(.82)">${drawing.replace("</svg>", "</g></svg>")}`;
}

/** Returns `[{ name, png }]` for the manifest and the Apple touch icon. */
export function drawIcons(svgPath) {
  const svg = readFileSync(svgPath, "utf8");
  const icons = [
    ["icons/icon-192.png", svg, 192],
    ["icons/icon-512.png", svg, 512],
    ["icons/icon-maskable-512.png", fullBleed(svg), 512],
    ["icons/apple-touch-icon.png", fullBleed(svg), 180],
  ];
  return icons.map(([name, source, size]) => ({
    name,
    png: new Resvg(source, { fitTo: { mode: "width", value: size } }).render().asPng(),
  }));
}
