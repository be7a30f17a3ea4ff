/**
 * Weighs what the inbox's first view downloads and fails when it has grown past the budget. Sizes are the brotli bytes on
 * the wire.
 *
 * Counted: the page with its style sheet, everything the page links to (fonts, icon, manifest, preloads), and every script
 * that runs before the inbox is painted: those of the page and all they import, however the bundler has split them.
 * Not counted: the answers of the API, which depend on the data (the front-end benchmark weighs them on the wire), and what
 * is fetched after the first paint.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** What a server may send before it hears from the other side: ten segments, our headers among them (RFC 6928). */
const FIRST_FLIGHT = 10 * 1460;
const HEADERS = 1300;
const BUDGET = { page: FIRST_FLIGHT - HEADERS, initialScript: 12 * 1024, firstView: 60 * 1024 };

/** Scripts the page starts with and, recursively, what they import; a dynamic `import()` is no such import. */
export function firstScripts(page, sourceOf) {
  const started = [...page.matchAll(/<script\b[^>]*\bsrc="([^"]+)"|<link rel="modulepreload"[^>]*\bhref="([^"]+)"/g)];
  const found = new Set(started.map((match) => match[1] ?? match[2]));
  for (const url of found) {
    for (const [, imported] of sourceOf(url).matchAll(/(?:\bfrom|\bimport)\s*"([^"]+)"/g)) {
      found.add(new URL(imported, `file://${url}`).pathname);
    }
  }
  return [...found];
}

/** Fonts, icon, manifest and the like: whatever a `<link>` fetches, but the icon of a home screen and the scripts above. */
export function firstLinks(page) {
  const links = [...page.matchAll(/<link\b[^>]*>/g)].map(([tag]) => tag);
  const fetched = links.filter((tag) => /rel="(?:preload|stylesheet|icon|manifest)"/.test(tag));
  return [...new Set(fetched.flatMap((tag) => /\bhref="([^"]+)"/.exec(tag)?.[1] ?? []))];
}

function weigh(folder) {
  const onTheWire = (url) => {
    const file = join(folder, url);
    return statSync(existsSync(`${file}.br`) ? `${file}.br` : file).size;
  };
  const sum = (urls) => urls.reduce((total, url) => total + onTheWire(url), 0);
  const page = readFileSync(join(folder, "index.html"), "utf8");
  const scripts = firstScripts(page, (url) => readFileSync(join(folder, url), "utf8"));
  const others = ["/index.html", ...firstLinks(page)];
  const lazy = readdirSync(join(folder, "assets")).filter((name) => name.endsWith(".js") && !scripts.includes(`/assets/${name}`));
  return {
    rows: [...scripts, ...others].map((url) => [onTheWire(url), url]),
    page: onTheWire("/index.html"),
    later: sum(lazy.map((name) => `/assets/${name}`)),
    initialScript: sum(scripts),
    firstView: sum(scripts) + sum(others),
  };
}

function report(folder) {
  const weighed = weigh(folder);
  const { rows, page, later, initialScript, firstView } = weighed;
  const kb = (bytes) => `${(bytes / 1024).toFixed(2)} KB`;
  for (const [bytes, url] of rows) console.log(kb(bytes).padStart(10), url);
  console.log(`page ${kb(page)} of ${kb(BUDGET.page)}, more would cost one more way there and back`);
  console.log(`initial script ${kb(initialScript)} of ${kb(BUDGET.initialScript)}; first view ${kb(firstView)} of ${kb(BUDGET.firstView)}; fetched later ${kb(later)}`);
  if (Object.entries(BUDGET).every(([what, bytes]) => weighed[what] <= bytes)) return;
  console.error("The first visit has grown past its budget.");
  process.exit(1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  report(resolve(process.argv[2] ?? new URL("../dist/", import.meta.url).pathname));
}
