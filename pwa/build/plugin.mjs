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

async function bootScript(root, ahead) {
  const source = readFileSync(join(root, "src/boot.js"), "utf8").replace("__AHEAD__", JSON.stringify(ahead));
  return (await minify(source)).code;
}

/** All drawings as symbols at the end of the page: present before any script, and no part of it. */
function iconSprite(root) {
  const drawings = JSON.parse(readFileSync(join(root, "src/ui/icons.json"), "utf8"));
  const symbols = Object.entries(drawings).map(([name, path]) => `<symbol id="i-${name}" viewBox="0 0 24 24"><path d="${path}"/></symbol>`);
  return `<svg hidden aria-hidden="true">${symbols.join("")}</svg>`;
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
async function composePage(root, folder, ahead) {
  let page = readFileSync(join(folder, "index.html"), "utf8");
  const assets = readdirSync(join(folder, "assets"));
  const sheetName = assets.find((name) => name.endsWith(".css"));
  const sheet = readFileSync(join(folder, "assets", sheetName), "utf8").trim();
  const script = await bootScript(root, ahead);
  const preloads = assets
    .filter((name) => name.endsWith(".woff2"))
    .map((name) => `<link rel="preload" href="/assets/${name}" as="font" type="font/woff2" crossorigin>`)
    .join("");
  page = page.replace(/\s*<link rel="stylesheet"[^>]*>/, "");
  page = page.replace("<!--boot-->", () => `<script>${script}</script>${preloads}<style>${sheet}</style>`);
  rmSync(join(folder, "assets", sheetName));
  return { page, csp: { "style-src": [`'sha256-${sha256(sheet)}'`], "script-src": [`'sha256-${sha256(script)}'`] } };
}

/** Addresses that people open from outside, by a notification or a link: what to fetch before any script has run. */
const OPENED_DIRECTLY = [
  { path: "/chung-tu/", feature: "review", call: "/api/dossiers/" },
  { path: "/ky/", feature: "signing", call: "/api/signings/" },
];

/**
 * Files of the build by the moment they are needed, each whole: the bundler would otherwise give everything that lazy
 * screens share a file of its own, which the browser learns of one after another.
 */
const FILES = [
  { name: "first", from: "main.tsx" },
  { name: "login", from: "features/login/screen.tsx" },
  { name: "afterwards", from: "afterwards.tsx" },
];

/** What as many screens as this need, and none of the files above has, is one file too. */
const SHARED = { name: "shared", screens: 3 };

/** Ids of the modules that `entry` needs before it can run: its imports and theirs, not what it fetches later. */
function neededBy(entry, moduleOf) {
  const found = new Set([entry]);
  for (const id of found) for (const imported of moduleOf(id)?.importedIds ?? []) found.add(imported);
  return found;
}

function neededByMany(moduleIds, moduleOf) {
  const screens = [...moduleIds].filter((id) => /\/features\/[^/]+\/screen\.tsx$/.test(id));
  const uses = screens.flatMap((id) => [...neededBy(id, moduleOf)]);
  return new Set(uses.filter((id) => uses.filter((other) => other === id).length >= SHARED.screens));
}

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
  let ahead = [];
  return {
    name: "ky-kho-bac",
    enforce: "pre",
    load(id) {
      // Vite's helper preloads style sheets of lazy chunks; ours is one sheet inside the page, so nothing is left to do.
      return id.includes("vite/preload-helper") ? "export const __vitePreload = (load) => load();" : null;
    },
    config() {
      const groups = [...FILES, SHARED].map(({ name }) => ({ name, test: (id) => needed.get(name)?.has(id) ?? false }));
      const output = { codeSplitting: { includeDependenciesRecursively: false, groups } };
      return { build: { rollupOptions: { checks: { bundlerTimings: false }, output } } };
    },
    buildEnd() {
      const moduleOf = (id) => this.getModuleInfo(id);
      for (const { name, from } of FILES) needed.set(name, neededBy(join(root, "src", from), moduleOf));
      needed.set(SHARED.name, neededByMany(this.getModuleIds(), moduleOf));
    },
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
      ahead = OPENED_DIRECTLY.map(({ path, feature, call }) => [path, call, filesOf(feature, chunks)]);
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
        return serving ? drawn.replace("<!--boot-->", `<script>${await bootScript(root, [])}</script>`) : drawn;
      },
    },
    closeBundle: {
      sequential: true,
      async handler() {
        if (serving) return;
        for (const { name, png } of drawIcons(join(root, "static/icon.svg"))) {
          mkdirSync(dirname(join(folder, name)), { recursive: true });
          writeFileSync(join(folder, name), png);
        }
        const { page, csp } = await composePage(root, folder, ahead);
        writeFileSync(join(folder, "index.html"), page);
        writeFileSync(join(folder, "csp.json"), JSON.stringify(csp, null, 2));
        addScreenshots(folder);
        await buildServiceWorker(root, folder);
        writeApiDocs(join(folder, "api-docs"));
        compressAll(folder);
      },
    },
  };
}
