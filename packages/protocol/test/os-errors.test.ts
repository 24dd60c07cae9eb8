import { constants } from "node:os";
import { describe, expect, it } from "vitest";
import { errorCode, knownOsError, osErrorText, osErrorWords } from "../src/os-errors.ts";

const failure = (code: unknown) => Object.assign(new Error("Node's own words"), { code });

describe("an error of the operating system", () => {
  it.each([
    ["ENOENT", "No such file or directory (os error 2)"],
    ["ELOOP", "Symbolic link loop (os error 40)"],
    ["ENAMETOOLONG", "Filename too long (os error 36)"],
    ["EMFILE", "No file descriptors available (os error 24)"],
    ["ECONNREFUSED", "Connection refused (os error 111)"],
    ["ERR_FS_EISDIR", "Is a directory (os error 21)"],
  ])("%s is told as %s", (code, text) => {
    expect([osErrorText(failure(code)), knownOsError(failure(code))]).toEqual([text, text]);
    expect(text).toContain(`${osErrorWords(code)} (`);
  });

  it.runIf(process.platform === "linux")("has the number that Linux gives it", () => {
    const wrong = Object.entries(constants.errno).filter(
      ([code, number]) => !(knownOsError(failure(code)) ?? `(os error ${number})`).endsWith(`(os error ${number})`),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    [failure("ERR_OTHER"), "Node's own words"],
    [failure(5), "Node's own words"],
    [failure("toString"), "Node's own words"],
    ["text", "text"],
    [null, "null"],
  ])("is not what %s is", (error, text) => {
    expect([osErrorText(error), knownOsError(error)]).toEqual([text, null]);
  });

  it("is known by its code", () => {
    expect([failure("EPERM"), failure(1), {}, null].map(errorCode)).toEqual(["EPERM", null, null, null]);
  });
});
