import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { wholeCharacters } from "./capture.ts";

/**
 * The text of what a command printed. UTF-8 is taken as it is, a mark at its beginning included; other bytes are read in the encoding
 * they look like, which is guessed as Firefox guesses it for pages that name none. What cannot be read becomes U+FFFD.
 * @param isCut the bytes end where a limit was reached, which may be within a character
 */
export async function outputText(printed: Uint8Array, isCut = false): Promise<string> {
  const bytes = isCut ? wholeCharacters(printed) : printed;
  if (isUtf8(bytes)) return lossy(bytes);
  const marked = markedEncoding(bytes);
  if (marked === "utf-8") return lossy(bytes);
  const encoding = marked ?? (await guessEncoding(bytes));
  return (encoding === null ? null : decodeWhole(typographic(encoding, bytes), bytes)) ?? lossy(bytes);
}

/** Quotes, dashes and signs that editors put among English words: windows-1252 has them where code page 866 has capitals. */
const TYPOGRAPHIC = new Set([0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99, 0xa9]);

/** The encoding, unless it takes English with nothing but typographic signs for Russian capitals. */
function typographic(guess: string, bytes: Uint8Array): string {
  if (guess !== "IBM866") return guess;
  const words = bytes.some(byte => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
  return words && bytes.every(byte => byte < 0x80 || TYPOGRAPHIC.has(byte)) ? "windows-1252" : guess;
}

function lossy(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** The encoding that a mark at the beginning names. */
function markedEncoding(bytes: Uint8Array): string | null {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xef && second === 0xbb && third === 0xbf ? "utf-8" : null;
}

/** Null when there are bytes that the encoding does not have. */
function decodeWhole(label: string, bytes: Uint8Array): string | null {
  if (label.toLowerCase() === "windows-1252") return fromWindows1252(bytes);
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** What windows-1252 has between 0x80 and 0x9f; the places of null are controls, as in Latin-1. */
const WINDOWS_1252 = [..."€_‚ƒ„…†‡ˆ‰Š‹Œ_Ž__‘’“”•–—˜™š›œ_žŸ"].map(letter => (letter === "_" ? null : letter));

/** Node's decoder of this one reads Latin-1 in some versions of Node 20 and later. */
function fromWindows1252(bytes: Uint8Array): string {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return latin1.replace(/[\u0080-\u009f]/g, letter => WINDOWS_1252[letter.charCodeAt(0) - 0x80] ?? letter);
}

/** Node has it; the types of Node 20 do not. */
declare const WebAssembly: {
  instantiate(code: Uint8Array, imports: object): Promise<{ instance: { exports: object } }>;
};

/** What the detector's WebAssembly exports. */
interface Detector {
  readonly memory: { readonly buffer: ArrayBuffer };
  encodingdetector_new(): number;
  encodingdetector_feed(detector: number, start: number, length: number, last: number): number;
  /** Writes where the name of the encoding is, and how long, to `result`. */
  encodingdetector_guess(result: number, detector: number, domain: number, domainLength: number, utf8: number): void;
  __wbindgen_add_to_stack_pointer(bytes: number): number;
  __wbindgen_malloc(bytes: number): number;
}

/** Null: the detector cannot be run here, and an output that is read in part is better than none. */
async function guessEncoding(bytes: Uint8Array): Promise<string | null> {
  try {
    return await detectEncoding(bytes);
  } catch {
    return null;
  }
}

/**
 * The package's own JavaScript imports the WebAssembly as a module, which Node does only when it is asked to on the command line; so the
 * few calls are made here. An instance serves one guess: nothing has to be given back.
 */
async function detectEncoding(bytes: Uint8Array): Promise<string> {
  const require = createRequire(import.meta.url);
  const file = require.resolve("chardetng-wasm/dist/chardetng_wasm_bg.wasm");
  const imports = { "./chardetng_wasm_bg.js": { __wbindgen_throw: stop } };
  const { instance } = await WebAssembly.instantiate(await readFile(file), imports);
  const wasm = instance.exports as unknown as Detector;
  const detector = wasm.encodingdetector_new();
  const start = wasm.__wbindgen_malloc(bytes.byteLength);
  new Uint8Array(wasm.memory.buffer).set(bytes, start);
  wasm.encodingdetector_feed(detector, start, bytes.byteLength, 1);
  const result = wasm.__wbindgen_add_to_stack_pointer(-16);
  wasm.encodingdetector_guess(result, detector, 0, 0, 0);
  const [name = 0, length = 0] = new Int32Array(wasm.memory.buffer, result, 2);
  return Buffer.from(wasm.memory.buffer, name, length).toString("latin1");
}

function stop(): never {
  throw new Error("the detector of encodings stopped");
}
