/** Weighs what a first visit downloads and fails when it has grown past the budget. Sizes are the brotli bytes on the wire. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const BUDGET = { initialScript: 12 * 1024, firstView: 60 * 1024 };
const folder = new URL("../dist/", import.meta.url).pathname;

const onTheWire = (url) => {
  const file = join(folder, url);
  return statSync(existsSync(`${file}.br`) ? `${file}.br` : file).size;
};
const page = readFileSync(join(folder, "index.html"), "utf8");
const linked = (pattern) => [...page.matchAll(pattern)].map((match) => match[1]);
const scripts = linked(/(?:<script[^>]*src|<link rel="modulepreload"[^>]*href)="([^"]+\.js)"/g);
const fonts = linked(/href="([^"]+\.woff2)"/g);

const sum = (urls) => urls.reduce((total, url) => total + onTheWire(url), 0);
const initialScript = sum(scripts);
const firstView = onTheWire("index.html") + initialScript + sum(fonts);
const kb = (bytes) => `${(bytes / 1024).toFixed(2)} KB`;

const rows = ["index.html", ...scripts, ...fonts].map((url) => [url, kb(onTheWire(url))]);
const lazy = readdirSync(join(folder, "assets")).filter((name) => name.endsWith(".js") && !scripts.includes(`/assets/${name}`));
for (const name of lazy) rows.push([`/assets/${name} (lazy)`, kb(onTheWire(`assets/${name}`))]);
rows.push(["/sw.js (after first paint)", kb(onTheWire("sw.js"))]);
for (const [url, size] of rows) console.log(size.padStart(10), url);
console.log(`initial script ${kb(initialScript)} of ${kb(BUDGET.initialScript)}; first view ${kb(firstView)} of ${kb(BUDGET.firstView)}`);

if (initialScript > BUDGET.initialScript || firstView > BUDGET.firstView) {
  console.error("The first visit has grown past its budget.");
  process.exit(1);
}
