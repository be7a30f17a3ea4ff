import { expect, test } from "vitest";
import { capital } from "../src/words/capital";
import { say } from "../src/words/say";
import { vi } from "../src/words/vi";

function sentences(node: unknown, path: string): [string, string][] {
  if (typeof node === "string") return [[path, node]];
  return Object.entries(node as object).flatMap(([name, inner]) => sentences(inner, path ? `${path}.${name}` : name));
}
const all = sentences(vi, "");

test("there is a dictionary worth testing", () => expect(all.length).toBeGreaterThan(250));

test.each(all)("%s is composed Unicode without stray spaces", (_, text) => {
  expect(text).toBe(text.normalize("NFC"));
  expect(text).toBe(text.trim());
  expect(text).not.toMatch(/ {2}|\u0000/);
  expect((text.match(/\{/g) ?? []).length).toBe((text.match(/\}/g) ?? []).length);
});

test("a sentence is filled by the names of its gaps", () => {
  expect(say("Còn {phút}:{giây}", { phút: 2, giây: "05" })).toBe("Còn 2:05");
  expect(capital("đơn vị")).toBe("Đơn vị");
});
