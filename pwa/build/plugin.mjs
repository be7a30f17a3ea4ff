/**
 * The project's own build steps around Vite: fonts and icons before, then the page with its style sheet inside, the
 * service worker with its precache list, the API page, the CSP hashes and the compressed copies.
 *
 * Does not: decide caching headers (the server does), or touch the application's modules.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { minify } from "terser";
import { build } from "vite";
import { writeApiDocs } from "./api-docs.mjs";
import { compressAll, filesUnder } from "./compress.mjs";
import { makeFonts } from "./fonts.mjs";
import { drawIcons } from "./icons.mjs";

const sha256 = (text) => createHash("sha256").update(text).digest("base64");
const shortHash = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 12);

/** What a first offline start needs. Fonts and scripts carry their hash in the name, the rest gets a revision. */
const PRECACHED = /^(index\.html|offline\.(html|css)|icon\.svg|manifest\.webmanifest|assets\/.*\.(js|woff2))$/;

async function bootScript(root) {
  const calls = OPENED_DIRECTLY.map(({ path, call }) => [path, call].map((each) => each.split(":id")[0]));
  return (await minify(readFileSync(join(root, "src/boot.js"), "utf8").replace("__AHEAD__", JSON.stringify(calls)))).code;
}

/** All drawings as symbols at the end of the page: present before any script, and no part of it. */
function iconSprite(root) {
  const drawings = JSON.parse(readFileSync(join(root, "src/ui/icons.json"), "utf8"));
  const symbols = Object.entries(drawings).map(([name, path]) => `<symbol id="i-${name}" viewBox="0 0 24 24"><path d="${path}"/></symbol>`);
  const [, box, mark] = /viewBox="([^"]+)">(.*)<\/svg>/s.exec(oneLine(ownIcon(root)));
  return `<svg class="sprite" aria-hidden="true"><symbol id="mark" viewBox="${box}">${mark}</symbol>${symbols.join("")}</svg>`;
}

const ownIcon = (root) => readFileSync(join(root, "static/icon.svg"), "utf8");
const oneLine = (svg) => svg.replace(/\s*\n\s*/g, "");

/** The icon of the tab inside the page: one request less before the first screen stands. */
function iconInside(page, root) {
  const address = `data:image/svg+xml,${oneLine(ownIcon(root)).replaceAll("%", "%25").replaceAll("#", "%23")}`;
  return page.replace('href="/icon.svg"', () => `href='${address}'`);
}

function precacheList(folder) {
  return filesUnder(folder)
    .map((file) => relative(folder, file))
    .filter((url) => PRECACHED.test(url))
    .sort()
    .map((url) => ({ url: `/${url}`, revision: url.startsWith("assets/") ? null : shortHash(readFileSync(join(folder, url))) }));
}

async function buildServiceWorker(root, folder) {
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    define: { __PRECACHE__: JSON.stringify(precacheList(folder)), "process.env.NODE_ENV": '"production"' },
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: "es2022",
      rollupOptions: { input: join(root, "src/sw.ts"), output: { format: "iife", entryFileNames: "sw.js" } },
    },
  });
}

/** The manifest lists screenshots only when somebody has put the pictures beside it. */
function addScreenshots(folder) {
  const pictures = [
    { file: "screenshots/phone.png", sizes: "1170x2532", form_factor: "narrow", label: "Hộp việc chờ duyệt trên điện thoại" },
    { file: "screenshots/tablet.png", sizes: "1180x820", form_factor: "wide", label: "Danh sách và chứng từ trên máy tính bảng" },
  ].filter(({ file }) => existsSync(join(folder, file)));
  if (!pictures.length) return;
  const path = join(folder, "manifest.webmanifest");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  manifest.screenshots = pictures.map(({ file, sizes, ...rest }) => ({ src: `/${file}`, sizes: pngSize(join(folder, file)) ?? sizes, type: "image/png", ...rest }));
  writeFileSync(path, JSON.stringify(manifest, null, 2));
}

function pngSize(file) {
  const head = readFileSync(file).subarray(16, 24);
  return head.length === 8 ? `${head.readUInt32BE(0)}x${head.readUInt32BE(4)}` : undefined;
}

/** Puts sheet, boot script and preloads into the page; returns the page and the hashes a strict CSP must allow. */
async function composePage(root, folder) {
  let page = readFileSync(join(folder, "index.html"), "utf8");
  const assets = readdirSync(join(folder, "assets"));
  const sheetName = assets.find((name) => name.endsWith(".css"));
  const sheet = readFileSync(join(folder, "assets", sheetName), "utf8").trim();
  const script = await bootScript(root);
  const preloads = assets
    .filter((name) => name.endsWith(".woff2"))
    .map((name) => `<link rel="preload" href="/assets/${name}" as="font" type="font/woff2" crossorigin>`)
    .join("");
  const [entry] = /<script type="module"[^>]*><\/script>/.exec(page);
  page = iconInside(page, root).replace(/\s*<link rel="stylesheet"[^>]*>/, "").replace(entry, "");
  // In the order of need, for a slow line brings them one or two at a time: answers and the script before the letters.
  page = page.replace("<!--boot-->", () => `<script>${script}</script>${entry}${preloads}<style>${sheet}</style>`);
  rmSync(join(folder, "assets", sheetName));
  return { page, csp: { "style-src": [`'sha256-${sha256(sheet)}'`], "script-src": [`'sha256-${sha256(script)}'`] } };
}

/**
 * Addresses that people open from outside, by their icon, a notification or a link: what to fetch before any script has run.
 * The server names both in the page's head (`ahead.json`); the page starts the call itself when no server brought it.
 */
const OPENED_DIRECTLY = [
  { path: "/", feature: "inbox", call: "/api/inbox" },
  { path: "/chung-tu/:id", feature: "review", call: "/api/dossiers/:id" },
  { path: "/ky/:id", feature: "signing", call: "/api/signings/:id" },
];

/**
 * Files of the build by the moment they are needed, each whole: the bundler would otherwise give everything that lazy
 * screens share a file of its own, and on a slow line every file costs a way there and back.
 */
const FILES = [
  { name: "first", from: "main.tsx" },
  { name: "login", from: "features/login/screen.tsx" },
  { name: "shared" },
  { name: "review", from: "features/review/screen.tsx" },
  { name: "signing", from: "features/signing/screen.tsx" },
  { name: "afterwards", from: "afterwards.tsx" },
];

/** What so many screens need, or two of the files above, is in `shared`. */
const MANY = 3;

/** Ids of the modules that `entry` needs before it can run: its imports and theirs, not what it fetches later. */
function neededBy(entry, moduleOf) {
  const found = new Set([entry]);
  for (const id of found) for (const imported of moduleOf(id)?.importedIds ?? []) found.add(imported);
  return found;
}

/** Ids that at least `times` of the sets have. */
function inMany(sets, times) {
  const counts = new Map();
  for (const id of sets.flatMap((each) => [...each])) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= times).map(([id]) => id);
}

/**
 * Writes the bundler's own few lines into each file that uses them: as a file of their own they would cost every screen one
 * more way there and back. The name of that file, with its hash, was in theirs, so their hashes still tell them apart.
 */
function inlineRuntime(bundle) {
  const runtime = Object.values(bundle).find((file) => file.name === "rolldown-runtime");
  if (!runtime) return;
  const [, lines, made, name] = /^(.*)export\{(\w+) as (\w+)\};?\s*$/s.exec(runtime.code);
  const address = runtime.fileName.split("/").at(-1).replaceAll(".", "\\.");
  const use = new RegExp(`import\\{${name}(?: as (\\w+))?\\}from"\\./${address}";`);
  for (const chunk of Object.values(bundle)) {
    if (!chunk.imports?.includes(runtime.fileName)) continue;
    chunk.code = chunk.code.replace(use, (_, local = name) => `const ${local}=(()=>{${lines}return ${made}})();`);
    if (chunk.code.includes(runtime.fileName.split("/").at(-1))) throw new Error(`${chunk.fileName} uses the runtime in an unknown way`);
    chunk.imports = chunk.imports.filter((imported) => imported !== runtime.fileName);
  }
  delete bundle[runtime.fileName];
}

/** `import()` as Vite wraps it in the helper that has nothing left to do. */
const PRELOADED = /__vitePreload\(\(\) => (import\("[^"]+"\)(?:\.then\(\(n\) => n\.\w+\))?), __VITE_PRELOAD__\)/g;

/** Addresses of the files that the screen of `feature` consists of, without those of the first download. */
function filesOf(feature, chunks) {
  const start = chunks.find((chunk) => Object.keys(chunk.modules).some((id) => id.endsWith(`/features/${feature}/screen.tsx`)));
  const found = new Set([start.fileName]);
  for (const name of found) for (const imported of chunks.find((chunk) => chunk.fileName === name)?.imports ?? []) found.add(imported);
  return [...found].filter((name) => !/\/first-/.test(name)).map((name) => `/${name}`);
}

export function kyKhoBac() {
  let root = ".";
  let folder = "dist";
  let serving = false;
  const needed = new Map();
  let ahead = {};
  return {
    name: "ky-kho-bac",
    enforce: "pre",
    load(id) {
      // Vite's helper preloads style sheets of lazy chunks; ours is one sheet inside the page, so nothing is left to do.
      return id.includes("vite/preload-helper") ? "export const __vitePreload = (load) => load();" : null;
    },
    renderChunk(code) {
      return code.replace(PRELOADED, "$1");
    },
    config() {
      const groups = FILES.map(({ name }) => ({ name, test: (id) => needed.get(name)?.has(id) ?? false }));
      const output = { codeSplitting: { includeDependenciesRecursively: false, groups } };
      return { build: { rollupOptions: { checks: { bundlerTimings: false }, output } } };
    },
    buildEnd() {
      const moduleOf = (id) => this.getModuleInfo(id);
      for (const { name, from } of FILES) if (from) needed.set(name, neededBy(join(root, "src", from), moduleOf));
      const screens = [...this.getModuleIds()].filter((id) => /\/features\/[^/]+\/screen\.tsx$/.test(id));
      const common = inMany(["review", "signing", "afterwards"].map((name) => needed.get(name)), 2);
      needed.set("shared", new Set([...common, ...inMany(screens.map((id) => neededBy(id, moduleOf)), MANY)]));
    },
    generateBundle(_, bundle) {
      inlineRuntime(bundle);
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
      const screens = OPENED_DIRECTLY.map(({ feature, ...known }) => ({ ...known, files: filesOf(feature, chunks) }));
      const first = chunks.find((chunk) => chunk.name === "first");
      ahead = { always: [`/${first.fileName}`], login: filesOf("login", chunks), screens };
    },
    async configResolved(config) {
      root = config.root;
      folder = resolve(root, config.build.outDir);
      serving = config.command === "serve";
      await makeFonts(join(root, ".fonts"));
    },
    transformIndexHtml: {
      order: "pre",
      async handler(page) {
        const drawn = page.replace("<!--icons-->", iconSprite(root));
        return serving ? drawn.replace("<!--boot-->", `<script>${await bootScript(root)}</script>`) : drawn;
      },
    },
    closeBundle: {
      sequential: true,
      async handler() {
        // A build that failed has written no page; what failed is told by the bundler.
        if (serving || !existsSync(join(folder, "index.html"))) return;
        for (const { name, png } of drawIcons(join(root, "static/icon.svg"))) {
          mkdirSync(dirname(join(folder, name)), { recursive: true });
          writeFileSync(join(folder, name), png);
        }
        const { page, csp } = await composePage(root, folder);
        writeFileSync(join(folder, "index.html"), page);
        writeFileSync(join(folder, "csp.json"), JSON.stringify(csp, null, 2));
        writeFileSync(join(folder, "ahead.json"), JSON.stringify(ahead, null, 2));
        addScreenshots(folder);
        await buildServiceWorker(root, folder);
        writeApiDocs(join(folder, "api-docs"));
        compressAll(folder);
      },
    },
  };
}
