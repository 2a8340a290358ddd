import { defineConfig } from "vite";

export default defineConfig({
  root: "ui",
  // Pages are one segment deep, so relative addresses work under any route prefix.
  base: "./",
  build: { outDir: "../build", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0, license: { fileName: "licenses.md" } },
});
