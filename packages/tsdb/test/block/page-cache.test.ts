import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createFaultyFiles, type FaultyFiles } from "@ferula/files";
import { PageCache } from "../../src/block/page-cache.ts";
import { openPagedFile } from "../../src/block/paged-file.ts";

const PAGE = 16_384;
const SIZE = 10 * PAGE + 77;

const content = new Uint8Array(SIZE).map((_, i) => (i * 2_654_435_761) >>> 13);

function diskWithFiles(count: number): FaultyFiles {
  const files = createFaultyFiles();
  for (let k = 0; k < count; k++) {
    const file = files.open(`/f${k}`, "create");
    file.write(
      content.map((byte) => byte ^ k),
      0,
    );
    file.close();
  }
  return files;
}

test("whatever is read of two files through a cache of few pages is what stands there", () => {
  const files = diskWithFiles(2);
  const cache = new PageCache(5 * PAGE);
  const opened = [openPagedFile(files, "/f0", cache), openPagedFile(files, "/f1", cache)];
  const read = fc.tuple(fc.nat(1), fc.nat(SIZE - 1), fc.oneof(fc.nat(40), fc.nat(6 * PAGE)));
  fc.assert(
    fc.property(fc.array(read, { maxLength: 30 }), (reads) => {
      for (const [file, offset, wanted] of reads) {
        const length = Math.min(wanted, SIZE - offset);
        const bytes = opened[file].bytes(offset, length);
        expect(
          Buffer.compare(
            bytes,
            content.subarray(offset, offset + length).map((byte) => byte ^ file),
          ),
        ).toBe(0);
      }
    }),
  );
});

test("a page that is there is not read again; the one that was not used for longest makes room", () => {
  const files = diskWithFiles(1);
  const file = openPagedFile(files, "/f0", new PageCache(4 * PAGE));
  const readsOf = (pages: readonly number[]): number => {
    const before = files.operationCount;
    for (const page of pages) file.bytes(page * PAGE + 5, 10);
    return files.operationCount - before;
  };
  expect(readsOf([0, 1, 2, 3])).toBe(4);
  expect(readsOf([3, 1, 2, 0, 1])).toBe(0);
  expect(readsOf([4])).toBe(1);
  // The hand went round once and took page 0; the others have to be used to stay.
  expect(readsOf([1, 2, 4, 5, 1, 2, 4])).toBe(1);
});

test("what takes more than four pages passes the cache by", () => {
  const files = diskWithFiles(1);
  const file = openPagedFile(files, "/f0", new PageCache(4 * PAGE));
  file.bytes(0, 10);
  file.bytes(PAGE, 5 * PAGE);
  const before = files.operationCount;
  file.bytes(20, 10);
  expect(files.operationCount).toBe(before);
});

test("a read that fails is told, and leaves no page behind", () => {
  const files = diskWithFiles(1);
  const file = openPagedFile(files, "/f0", new PageCache());
  files.failAt(files.operationCount + 1, { code: "EIO" });
  expect(() => file.bytes(0, 10)).toThrow("EIO");
  expect([...file.bytes(0, 3)]).toEqual([...content.subarray(0, 3)]);
});

test("pages of a file that was closed are not mistaken for those of another", () => {
  const files = diskWithFiles(2);
  const cache = new PageCache();
  const first = openPagedFile(files, "/f0", cache);
  first.bytes(0, 3);
  first.close();
  const second = openPagedFile(files, "/f1", cache);
  expect(second.bytes(0, 1)[0]).toBe(content[0] ^ 1);
});

test.each([
  { offset: SIZE - 1, length: 2 },
  { offset: SIZE + 1, length: 0 },
  { offset: -1, length: 1 },
  { offset: NaN, length: 1 },
  { offset: 0, length: 2 ** 40 },
])("$length bytes at $offset are not there, and that is said", ({ offset, length }) => {
  const file = openPagedFile(diskWithFiles(1), "/f0", new PageCache());
  expect(() => file.bytes(offset, length)).toThrow(
    `cannot read /f0 at offset ${offset}: ${length} bytes are expected, but the file ends at`,
  );
});

test("a file that is cut short while it is open is told of", () => {
  const files = diskWithFiles(1);
  const file = openPagedFile(files, "/f0", new PageCache());
  const other = files.open("/f0", "update");
  other.truncate(100);
  other.close();
  expect(() => file.bytes(90, 20)).toThrow("cannot read /f0 at offset 90: 20 bytes are expected, but the file was cut short");
});
