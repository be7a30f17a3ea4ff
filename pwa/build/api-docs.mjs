/** A page that shows `/api/openapi.json` with Swagger UI, served under `/api/docs/`; no inline script, so the CSP holds. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const PAGE = `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API – Ký Kho bạc</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`;
const START = `SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null });\n`;

export function writeApiDocs(folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
    copyFileSync(require.resolve(`swagger-ui-dist/${name}`), join(folder, name));
  }
  writeFileSync(join(folder, "index.html"), PAGE);
  writeFileSync(join(folder, "start.js"), START);
}
