import { defineConfig } from "vite";
import { kyKhoBac } from "../build/plugin.mjs";

/** `npm run gallery`: the UI kit on one page, for looking at; never part of the shipped build. */
export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  publicDir: "static",
  plugins: [kyKhoBac()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: { open: false, port: 5199, strictPort: true },
});
