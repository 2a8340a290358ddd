import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { catalog, schemaText } from "./catalog.ts";

// Writes what is published, beside the folder that this is built into.
for (const entry of catalog) writeFileSync(fileURLToPath(new URL(`../${entry.file}`, import.meta.url)), schemaText(entry));
