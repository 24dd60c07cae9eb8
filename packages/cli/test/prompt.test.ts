import { describe, expect, it } from "vitest";
import { CliError } from "../src/errors.ts";
import { decodePrompt } from "../src/exec/decode.ts";
import { resolvePrompt } from "../src/exec/prompt.ts";

async function resolve(
  argument: string | undefined,
  stdin: string | Uint8Array | "terminal",
  appendStdin = true,
): Promise<{ prompt?: string; notes: string[]; error?: string; exitCode?: number }> {
  const notes: string[] = [];
  try {
    const prompt = await resolvePrompt({
      argument,
      stdinIsTerminal: stdin === "terminal",
      readStdin: async () => (typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin),
      note: line => notes.push(line),
      appendStdin,
    });
    return { prompt, notes };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { notes, error: error.message, exitCode: error.exitCode };
  }
}

const additional = "Reading additional input from stdin...";
const reading = "Reading prompt from stdin...";

describe("the prompt of a run", () => {
  it("is the argument when standard input is a terminal", async () => {
    expect(await resolve("text", "terminal")).toEqual({ prompt: "text", notes: [] });
  });
  it("is the argument when nothing is piped", async () => {
    expect(await resolve("text", " \n")).toEqual({ prompt: "text", notes: [additional] });
  });
  it("gets what is piped appended in a stdin block", async () => {
    expect(await resolve("prompt", "extra ctx")).toEqual({
      prompt: "prompt\n\n<stdin>\nextra ctx\n</stdin>",
      notes: [additional],
    });
  });
  it("adds a newline before the closing tag only when it is missing", async () => {
    expect((await resolve("p", "a\n")).prompt).toBe("p\n\n<stdin>\na\n</stdin>");
  });
  it("is standard input for a dash, without a note", async () => {
    expect(await resolve("-", " a \n")).toEqual({ prompt: " a \n", notes: [] });
  });
  it("is standard input, untrimmed, when no argument is given", async () => {
    expect(await resolve(undefined, "a\n")).toEqual({ prompt: "a\n", notes: [reading] });
  });
  it("must come from somewhere", async () => {
    expect(await resolve(undefined, "terminal")).toEqual({
      notes: [],
      error: "No prompt provided. Either specify one as an argument or pipe the prompt into stdin.",
      exitCode: 1,
    });
    expect((await resolve("-", "  \n")).error).toBe("No prompt provided via stdin.");
    expect((await resolve(undefined, "")).error).toBe("No prompt provided via stdin.");
  });
  it("does not append what is piped to the prompt of resume", async () => {
    expect(await resolve("next", "ignored", false)).toEqual({ prompt: "next", notes: [] });
  });
});

describe("the encoding of a piped prompt", () => {
  it("may be UTF-8 with a byte order mark", () => {
    expect(decodePrompt(Uint8Array.of(0xef, 0xbb, 0xbf, 0x68, 0x69))).toBe("hi");
  });
  it("may be UTF-16 in both byte orders", () => {
    expect(decodePrompt(Uint8Array.of(0xff, 0xfe, 0x68, 0, 0x69, 0))).toBe("hi");
    expect(decodePrompt(Uint8Array.of(0xfe, 0xff, 0, 0x68, 0, 0x69))).toBe("hi");
  });
  it("is refused when it is UTF-32", () => {
    expect(() => decodePrompt(Uint8Array.of(0xff, 0xfe, 0, 0, 0x68, 0, 0, 0))).toThrow(
      "input appears to be UTF-32LE. Convert it to UTF-8 and retry.",
    );
  });
  it("is refused with the offset of the first bad byte", async () => {
    expect(() => decodePrompt(Uint8Array.of(0x61, 0xc3, 0xa4, 0xff))).toThrow("invalid byte at offset 3");
    expect((await resolve("-", Uint8Array.of(0xc0))).error).toMatch(
      /^Failed to read prompt from stdin: input is not valid UTF-8 \(invalid byte at offset 0\)\. /,
    );
  });
});
