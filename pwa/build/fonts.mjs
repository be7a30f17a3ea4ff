/**
 * Cuts Be Vietnam Pro down to what Vietnamese needs: about 9 KB a weight instead of 130.
 *
 * Kerning is kept only where it is seen, in the heavy weight of titles. The family has no tabular digits, so amounts
 * and countdowns never use it (see `--font-figures` in the style sheet).
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import subsetFont from "subset-font";

const require = createRequire(import.meta.url);
const WEIGHTS = [
  { weight: 400, file: "400Regular/BeVietnamPro_400Regular.ttf", keepFeatures: [] },
  { weight: 600, file: "600SemiBold/BeVietnamPro_600SemiBold.ttf", keepFeatures: ["kern"] },
];

/** Every letter of Vietnamese in composed form, ASCII, and the punctuation our texts use. */
export function vietnameseLetters() {
  const ascii = Array.from({ length: 0x7f - 0x20 }, (_, index) => String.fromCharCode(0x20 + index)).join("");
  const tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"];
  const vowels = [..."aăâeêioôơuưy"].flatMap((vowel) => tones.map((tone) => (vowel + tone).normalize("NFC"))).join("");
  return `${ascii}\u00a0${vowels}${vowels.toUpperCase()}đĐ…–—“”‘’·•→`;
}

/** Writes the two files into `folder` unless they are there already. */
export async function makeFonts(folder) {
  mkdirSync(folder, { recursive: true });
  for (const { weight, file, keepFeatures } of WEIGHTS) {
    const target = join(folder, `be-vietnam-pro-${weight}.woff2`);
    if (existsSync(target)) continue;
    const whole = readFileSync(require.resolve(`@expo-google-fonts/be-vietnam-pro/${file}`));
    writeFileSync(target, await subsetFont(whole, vietnameseLetters(), { targetFormat: "woff2", noHinting: true, keepFeatures }));
  }
}
