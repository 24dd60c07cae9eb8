import { functionCall } from "@codex-ts-tools/model-server";
import { Random } from "../random.ts";
import { prompts, scenario } from "./stage.ts";

/** The bytes of a text in one of the encodings of the web, which a `TextDecoder` reads but nothing writes. */
function encode(label: string, text: string): Uint8Array {
  const decoder = new TextDecoder(label);
  const bytesOf = new Map<string, number[]>();
  const lengths = /^(shift_jis|euc-jp|gbk|big5|euc-kr)$/.test(label) ? [1, 2] : [1];
  for (const length of lengths) {
    for (let code = 0; code < 256 ** length; code++) {
      const bytes = length === 1 ? [code] : [code >> 8, code & 255];
      const letter = decoder.decode(Uint8Array.from(bytes));
      if ([...letter].length === 1 && letter !== "\uFFFD" && !bytesOf.has(letter)) bytesOf.set(letter, bytes);
    }
  }
  return Uint8Array.from([...text].flatMap(letter => bytesOf.get(letter) ?? fail(label, letter)));
}

function fail(label: string, letter: string): never {
  throw new Error(`${label} has no ${letter}`);
}

/** A text of Western Europe: for these letters and signs windows-1252, which Node 20 reads as Latin-1, is like the Turkish one. */
function western(text: string): Uint8Array {
  return encode("windows-1254", text);
}

function bytes(...parts: readonly (string | number)[]): Uint8Array {
  return Buffer.concat(parts.map(part => (typeof part === "string" ? Buffer.from(part) : Uint8Array.of(part))));
}

/** Outputs that are not UTF-8, by name. */
const OUTPUTS: Readonly<Record<string, Uint8Array>> = {
  "latin-1": western("Grüße aus Köln, naïve café\n"),
  "one umlaut": western("Müller\n"),
  "smart quotes": western("He said “no” – it’s done…\n"),
  "smart quotes alone": western("“”"),
  "a dash between words": western("foo – bar\n"),
  "one apostrophe": western("it’s\n"),
  "a trademark": western("Codex™ and €5\n"),
  "a quoted accent": western("“café”\n"),
  cp866: encode("ibm866", "Привет, мир! Файл не найден.\n"),
  "cp866 short": encode("ibm866", "пример"),
  "windows-1251": encode("windows-1251", "Привет, мир! Файл не найден.\n"),
  "windows-1251 short": encode("windows-1251", "пример"),
  "koi8-r": encode("koi8-r", "Привет, мир! Файл не найден.\n"),
  "shift-jis": encode("shift_jis", "こんにちは世界。ファイルが見つかりません\n"),
  "euc-jp": encode("euc-jp", "こんにちは世界。ファイルが見つかりません\n"),
  gbk: encode("gbk", "你好，世界。找不到文件\n"),
  "gbk short": encode("gbk", "你好"),
  big5: encode("big5", "你好，世界。找不到檔案\n"),
  "euc-kr": encode("euc-kr", "안녕하세요 세계. 파일을 찾을 수 없습니다\n"),
  greek: encode("windows-1253", "Καλημέρα κόσμε, το αρχείο δεν βρέθηκε\n"),
  turkish: encode("windows-1254", "Günaydın dünya, dosya bulunamadı şğı\n"),
  polish: encode("windows-1250", "Zażółć gęślą jaźń, nie znaleziono pliku\n"),
  "polish iso": encode("iso-8859-2", "Zażółć gęślą jaźń, nie znaleziono pliku\n"),
  hebrew: encode("windows-1255", "שלום עולם, הקובץ לא נמצא\n"),
  arabic: encode("windows-1256", "مرحبا بالعالم، الملف غير موجود\n"),
  thai: encode("windows-874", "สวัสดีชาวโลก ไม่พบไฟล์\n"),
  vietnamese: encode("windows-1258", "Không có\n"),
  "one bad byte in UTF-8": bytes("ä", 0xff, "€"),
  "one bad byte in much UTF-8": bytes("日本語のテキスト: ファイルが見つかりません ", 0xff, " ここまで\n"),
  "one bad byte in ASCII": bytes("plain ", 0xff, " text\n"),
  "a lone continuation": bytes("ok ", 0x80, "\n"),
  "a cut-off character": bytes("abc ", 0xe2, 0x82),
  "a cut-off character after many": bytes("日本語日本語日本語", 0xe6, 0x97),
  "utf-16": Uint8Array.from(Buffer.from("\uFEFFhello wörld\n", "utf16le")),
  "a BOM in UTF-8": bytes(0xef, 0xbb, 0xbf, "text\n"),
  "a BOM and a bad byte": bytes(0xef, 0xbb, 0xbf, "text ", 0xff, "\n"),
  binary: Uint8Array.from({ length: 300 }, (_, at) => (at * 7919 + 13) % 256),
  "a program's head": bytes(0x7f, "ELF", 2, 1, 1, 0, 0x90, 0xff, 0xfe, 0xc0, 0x81, 0),
};

/** Short outputs of ASCII among bytes that are most like one kind of encoding or another. */
function generated(count: number): Readonly<Record<string, Uint8Array>> {
  const random = new Random(382);
  const ascii = ["it", "done", " ", " ", "a ", "(", '"', ". ", "5", "\n"];
  const kinds: readonly (() => number)[] = [
    () => random.pick([0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99]),
    () => 0x80 + random.below(0x20),
    () => 0x80 + random.below(0x60),
    () => 0xc0 + random.below(0x40),
    () => 0xa0 + random.below(0x60),
    () => 0x80 + random.below(0x80),
  ];
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => {
      const kind = random.pick(kinds);
      const parts = random.list(1, 8, () => (random.chance(0.5) ? random.pick(ascii) : kind()));
      return [`g${at}`, bytes(...parts)];
    }),
  );
}

/** One command a response for each of these files. */
function shown(outputs: Readonly<Record<string, Uint8Array>>) {
  return {
    files: Object.fromEntries(Object.entries(outputs).map(([name, content]) => [`work/${name}`, content])),
    features: "unified_exec = false",
    script: [
      ...Object.keys(outputs).map((name, at) => ({
        items: [functionCall("shell_command", { command: `cat "${name}"`, login: false }, `c${at}`)],
      })),
      "done",
    ],
  };
}

/** Commands whose output is in the encodings of other times. */
export const encodings = [
  scenario("outputs in other encodings", shown(OUTPUTS), prompts("go")),
  scenario("outputs in other encodings, generated", { ...shown(generated(150)), timeoutMs: 240_000 }, prompts("go")),
  scenario(
    "outputs in other encodings, of terminals and of the person",
    {
      files: shown(OUTPUTS).files,
      script: [
        { items: [functionCall("exec_command", { cmd: "cat 'smart quotes'; cat cp866", login: false }, "c1")] },
        { items: [functionCall("exec_command", { cmd: "cat latin-1", login: false, tty: true }, "c2")] },
        { items: [functionCall("shell_command", { command: "cat gbk; cat gbk >&2", login: false }, "c3")] },
        "done",
        "after",
      ],
    },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "go");
      const from = drive.wire.messages.length;
      await drive.call("thread/shellCommand", { threadId: thread, command: "cat shift-jis" });
      await drive.until("turn/completed", () => true, from);
      await drive.note("exec", "command/exec", { command: ["cat", "gbk"] });
      await drive.turn(thread, "after");
    },
  ),
];
