/**
 * Keeps every sentence people read in `src/words/`, in composed Unicode.
 *
 * Two rules: no source file outside the words has a Vietnamese letter in a string (comments may), and everything under
 * `src/words`, `static` and the page itself is NFC.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const list = (folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name));
const withoutComments = (source) => source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'])\/\/.*$/gm, "$1");
// Names of gaps, `say(text, { tên: person })`, are keys and not sentences.
const withoutKeys = (line) => line.replace(/([{,(]\s*)"?[\p{L}\p{N} ]+"?\s*:/gu, "$1");
const VIETNAMESE = /[ăâđêôơưĂÂĐÊÔƠƯ\u00c0-\u00c3\u00c8-\u00ca\u00cc\u00cd\u00d2-\u00d5\u00d9\u00da\u00dd\u00e0-\u00e3\u00e8-\u00ea\u00ec\u00ed\u00f2-\u00f5\u00f9\u00fa\u00fd\u1ea0-\u1ef9]/;

const faults = [];
for (const file of list("src")) {
  if (!/\.tsx?$/.test(file) || /\.(test|d)\.tsx?$/.test(file)) continue;
  const source = readFileSync(join(root, file), "utf8");
  if (source !== source.normalize("NFC")) faults.push(`${file}: not NFC`);
  if (file.startsWith("src/words/")) continue;
  withoutComments(source).split("\n").forEach((line, index) => {
    if (VIETNAMESE.test(withoutKeys(line))) faults.push(`${file}: a sentence outside src/words, near line ${index + 1}: ${line.trim()}`);
  });
}
for (const file of ["index.html", ...list("static").filter((name) => /\.(html|webmanifest|svg)$/.test(name))]) {
  const source = readFileSync(join(root, file), "utf8");
  if (source !== source.normalize("NFC")) faults.push(`${file}: not NFC`);
}
for (const fault of faults) console.error(fault);
process.exit(faults.length ? 1 : 0);
