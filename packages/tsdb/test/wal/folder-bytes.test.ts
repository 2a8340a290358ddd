import { expect, test } from "@jest/globals";
import { createFaultyFiles } from "@ferula/files";
import { folderBytes } from "../../src/wal/folder-bytes.ts";

test("files in folders below count, too; what is removed meanwhile does not", () => {
  const files = createFaultyFiles();
  files.makeFolder("/wal/checkpoint.00000001");
  files.writeFileAtomic("/wal/00000002", new Uint8Array(5));
  files.writeFileAtomic("/wal/checkpoint.00000001/00000000", new Uint8Array(7));
  expect(folderBytes(files, "/wal")).toBe(12);
  const vanishing = { ...files, stat: (path: string) => (path === "/wal/00000002" ? undefined : files.stat(path)) };
  expect(folderBytes(vanishing, "/wal")).toBe(7);
});
