import { defineConfig } from "vitest/config";
import { kyKhoBac } from "./build/plugin.mjs";

const server = process.env["KKB_API"] ?? "http://localhost:8000";

export default defineConfig({
  publicDir: "static",
  logLevel: process.env["VITEST"] ? "info" : "warn",
  plugins: [kyKhoBac()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: { proxy: { "/api": server, "/socket.io": { target: server, ws: true } } },
  build: {
    outDir: "dist",
    target: "es2022",
    // One sheet: it is inlined into the page and its file removed, so a lazy chunk must never ask for its own (a sheet that
    // few screens need comes as text in their script: src/styles/registering.ts).
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    // Without it every chunk drags a preload helper along; screens are warmed up after the first paint instead.
    modulePreload: false,
    // The first script names every lazy chunk, and no compression shortens a hash: six letters tell them apart as well.
    rollupOptions: { output: { chunkFileNames: "assets/[name]-[hash:6].js" } },
    minify: "terser",
    terserOptions: { ecma: 2020, module: true, compress: { passes: 3, unsafe_arrows: true, pure_getters: true, keep_fargs: false }, mangle: { module: true } },
  },
  // A document costs half a second a file: who needs one says so in the first line of its tests.
  test: { pool: "threads", include: ["src/**/*.test.{ts,tsx}", "tests/**/*.test.{ts,tsx}"] },
});
