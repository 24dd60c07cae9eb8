import { describe, expect, it, test } from "vitest";
import { outputText, runSandboxed } from "../src/index.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

describe("what a command printed is read as", () => {
  // What the reference program makes of the same bytes.
  const cases: [string, string, string][] = [
    ["UTF-8", "c3 a4 e2 82 ac 0a", "ä€\n"],
    ["UTF-8 with its mark, which stays", "ef bb bf 74 65 78 74", "\uFEFFtext"],
    ["UTF-8 as far as it goes, when a mark says so", "ef bb bf 74 ff", "\uFEFFt\uFFFD"],
    ["UTF-16, when a mark says so", "ff fe 68 00 f6 00", "hö"],
    ["UTF-16 of the other order", "fe ff 00 68 00 f6", "hö"],
    ["UTF-8 as far as it goes, when a mark says UTF-16 and it is none", "ff fe 68 00 f6", "\uFFFD\uFFFDh\0\uFFFD"],
    ["windows-1252: letters", "4d fc 6c 6c 65 72 0a", "Müller\n"],
    ["windows-1252: quotes and dashes", "93 6e 6f 94 20 96 20 69 74 92 73", "“no” – it’s"],
    ["windows-1252: signs", "6f 6b 20 80 0a", "ok €\n"],
    ["windows-1252, when UTF-8 has one bad byte", "c3 a4 ff e2 82 ac", "Ã¤ÿâ‚¬"],
    ["windows-1252, with controls where it has no letter", "e3 81 a7 ff e3 81 a7", "ã\u0081§ÿã\u0081§"],
    ["code page 866", "8f e0 a8 a2 a5 e2 2c 20 ac a8 e0 21 0a", "Привет, мир!\n"],
    ["windows-1252, not code page 866, for English in typographic signs", "61 20 93 94 20 a9", "a “” ©"],
    ["code page 866 for such signs without words", "93 94", "УФ"],
    ["code page 866 for such signs among its letters", "61 20 93 94 20 ef", "a УФ я"],
    ["windows-1251", "cf f0 e8 e2 e5 f2 2c 20 ec e8 f0 21 0a", "Привет, мир!\n"],
    ["Shift_JIS", "82 b1 82 f1 82 c9 82 bf 82 cd 90 a2 8a 45 0a", "こんにちは世界\n"],
    ["EUC-JP", "a4 b3 a4 f3 a4 cb a4 c1 a4 cf c0 a4 b3 a6 0a", "こんにちは世界\n"],
    ["GBK", "c4 e3 ba c3 a3 ac ca c0 bd e7 a1 a3 0a", "你好，世界。\n"],
    ["nothing", "", ""],
  ];
  test.each(cases)("%s", async (_name, bytes, text) => {
    expect(await outputText(hex(bytes))).toBe(text);
  });

  it("something, whatever it is", async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => (at * 7919 + 13) % 256);
    expect((await outputText(bytes)).length).toBeGreaterThan(0);
  });
});

describe("an output that a limit cut", () => {
  it("is UTF-8 still, without what is left of its last character", async () => {
    const bytes = Buffer.from("xä€𝄞");
    const cut = (length: number) => outputText(bytes.subarray(0, length), true);
    const read = await Promise.all(Array.from({ length: bytes.length + 1 }, (_, length) => cut(length)));
    expect(read).toEqual(["", "x", "x", "xä", "xä", "xä", "xä€", "xä€", "xä€", "xä€", "xä€𝄞"]);
  });

  it("is in its own encoding when it is not UTF-8", async () => {
    expect(await outputText(hex("4d fc 6c 6c 65 72 20 4d fc"), true)).toBe("Müller Mü");
  });

  it("is cut between characters, in each stream and in both together", async () => {
    const command = "printf 'äääääää'; printf 'ööööööö' >&2";
    const { stdout, stderr, aggregated } = await runSandboxed({
      command,
      cwd: import.meta.dirname,
      permissions: null,
      outputCapBytes: 9,
    });
    expect([stdout, stderr, aggregated]).toEqual(["ääää", "öööö", "äööö"]);
  });
});

it("each stream of a command is read by itself, and both together once more", async () => {
  const command = "printf 'M\\374ller '; printf 'ä' >&2";
  const { stdout, stderr, aggregated } = await runSandboxed({ command, cwd: import.meta.dirname, permissions: null });
  expect([stdout, stderr, aggregated]).toEqual(["Müller ", "ä", "Müller Ã¤"]);
});
