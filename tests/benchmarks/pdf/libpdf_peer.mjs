// Signs a file with @libpdf/core: read, sign, write. The second signature of a form is invisible here, which is less
// work than ours does.
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { PDF, P12Signer } from "@libpdf/core";

let signer;
for await (const line of createInterface({ input: process.stdin })) {
  const task = JSON.parse(line);
  signer ??= await P12Signer.create(new Uint8Array(readFileSync(task.p12)), "bench");
  const bytes = new Uint8Array(readFileSync(task.source));
  const start = process.hrtime.bigint();
  const pdf = await PDF.load(bytes);
  const { bytes: signed } = await pdf.sign({ signer, fieldName: task.field, reason: "P1" });
  writeFileSync(task.target, signed);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  console.log(JSON.stringify({ seconds }));
}
