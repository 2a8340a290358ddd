import { expect, test } from "@jest/globals";
import { readAgain } from "../src/index.ts";

const failing = (times: number, error: Error): { read: () => string; tries: () => number } => {
  let tries = 0;
  return {
    tries: () => tries,
    read() {
      if (tries++ < times) throw error;
      return "content";
    },
  };
};
const ioError = Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });

test.each([
  { why: "what can be read is read once", times: 0, error: ioError, tries: 1, fails: false },
  { why: "what fails once is read at the second try", times: 1, error: ioError, tries: 2, fails: false },
  { why: "what fails twice fails", times: 2, error: ioError, tries: 2, fails: true },
  { why: "what is no error of the system is thrown at once", times: 1, error: new RangeError("damaged"), tries: 1, fails: true },
])("$why", ({ times, error, tries, fails }) => {
  const source = failing(times, error);
  if (fails) expect(() => readAgain(source.read)).toThrow(error);
  else expect(readAgain(source.read)).toBe("content");
  expect(source.tries()).toBe(tries);
});
