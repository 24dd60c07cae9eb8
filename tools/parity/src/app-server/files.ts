import type { Json } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { type Ask, asking, base64, scenario } from "./stage.ts";

const at = (drive: Drive, ...parts: string[]) => [drive.place.work, ...parts].join("/");
const on = (name: string, method: string, file: string, more: Json = {}): Ask => [
  name,
  method,
  drive => ({ path: at(drive, file), ...more }),
];
const copy = (name: string, from: string, to: string, more: Json = {}): Ask => [
  name,
  "fs/copy",
  drive => ({ sourcePath: at(drive, from), destinationPath: at(drive, to), ...more }),
];
const files = { "work/a.txt": "hello", "work/d/e/f.txt": "deep", "work/d/g.bin": new Uint8Array([0, 255, 128]) };
const readable = { ...files, "work/h.txt": "€" };

/** The host's file system. */
export const fileScenarios = [
  asking(
    "reading files",
    [
      on("a text", "fs/readFile", "a.txt"),
      on("bytes", "fs/readFile", "d/g.bin"),
      on("none", "fs/readFile", "none"),
      on("a folder", "fs/readFile", "d"),
      on("below a file", "fs/readFile", "a.txt/x"),
      ["relative", "fs/readFile", { path: "a.txt" }],
      ["empty", "fs/readFile", { path: "" }],
      ["with dots", "fs/readFile", drive => ({ path: at(drive, "d/../a.txt") })],
    ],
    { files: readable },
  ),
  asking(
    "writing files",
    [
      on("new", "fs/writeFile", "n.txt", { dataBase64: base64("new") }),
      on("over another", "fs/writeFile", "a.txt", { dataBase64: base64("other") }),
      on("empty", "fs/writeFile", "empty", { dataBase64: "" }),
      on("in no folder", "fs/writeFile", "no/x", { dataBase64: "" }),
      on("a folder", "fs/writeFile", "d", { dataBase64: "" }),
      on("a strange symbol", "fs/writeFile", "n.txt", { dataBase64: "%%%" }),
      on("a later strange symbol", "fs/writeFile", "n.txt", { dataBase64: "aGVs*G8=" }),
      on("no padding", "fs/writeFile", "n.txt", { dataBase64: "aGVsbG8" }),
      on("too much padding", "fs/writeFile", "n.txt", { dataBase64: "aGVsbG8==" }),
      on("a length that cannot be", "fs/writeFile", "n.txt", { dataBase64: "a" }),
      on("loose bits", "fs/writeFile", "n.txt", { dataBase64: "aGVsbG9=" }),
      on("the other alphabet", "fs/writeFile", "n.txt", { dataBase64: "_-_-" }),
      on("a line feed", "fs/writeFile", "n.txt", { dataBase64: "aGVs\nbG8=" }),
      on("what is there", "fs/readFile", "n.txt"),
    ],
    { files },
  ),
  asking(
    "folders",
    [
      on("deep", "fs/createDirectory", "x/y/z"),
      on("again", "fs/createDirectory", "x/y/z"),
      on("again, not deep", "fs/createDirectory", "x/y/z", { recursive: false }),
      on("without its parent", "fs/createDirectory", "p/q", { recursive: false }),
      on("over a file", "fs/createDirectory", "a.txt"),
      on("below a file", "fs/createDirectory", "a.txt/x"),
      on("entries", "fs/readDirectory", "d"),
      on("entries of none", "fs/readDirectory", "none"),
      on("entries of a file", "fs/readDirectory", "a.txt"),
    ],
    { files },
  ),
  asking(
    "what files are",
    [
      on("a file", "fs/getMetadata", "a.txt"),
      on("a folder", "fs/getMetadata", "d"),
      on("none", "fs/getMetadata", "none"),
      ["root", "fs/getMetadata", { path: "/" }],
      ["relative", "fs/getMetadata", { path: "x" }],
      ["a device", "fs/getMetadata", { path: "/dev/null" }],
      ["a link", "fs/getMetadata", { path: "/proc/self/exe" }],
    ].map(ask => ask as unknown as Ask),
    { files },
  ),
  asking(
    "removing files",
    [
      on("none", "fs/remove", "none"),
      on("none, strictly", "fs/remove", "none", { force: false }),
      on("a full folder, not deep", "fs/remove", "d", { recursive: false }),
      on("a full folder", "fs/remove", "d"),
      on("a file", "fs/remove", "a.txt", { recursive: false }),
      on("below a file", "fs/remove", "h.txt/x"),
    ],
    { files: readable },
  ),
  asking(
    "copying files",
    [
      copy("a file", "a.txt", "b.txt"),
      copy("over another", "h.txt", "b.txt"),
      copy("into no folder", "a.txt", "no/b.txt"),
      copy("onto a folder", "a.txt", "d"),
      copy("none", "none", "b.txt"),
      copy("a folder, not deep", "d", "d2"),
      copy("a folder", "d", "d2", { recursive: true }),
      copy("a folder into itself", "d", "d/e/f", { recursive: true }),
      copy("a folder onto itself", "d", "d", { recursive: true }),
      copy("a file onto itself", "a.txt", "a.txt"),
      ["a device", "fs/copy", drive => ({ sourcePath: "/dev/null", destinationPath: at(drive, "null") })],
      on("what came", "fs/readDirectory", "d2"),
    ],
    { files: readable },
  ),
  scenario("watching a file", { script: [], files }, async drive => {
    const file = at(drive, "a.txt");
    await drive.note("watch", "fs/watch", { watchId: "w", path: file });
    await drive.note("twin", "fs/watch", { watchId: "w", path: file });
    // Of another file: the reference tells of two watches of one file in no fixed order.
    await drive.note("no id", "fs/watch", { watchId: "", path: at(drive, "b.txt") });
    await drive.note("none", "fs/watch", { watchId: "n", path: at(drive, "none/deep/er") });
    await drive.note("relative", "fs/watch", { watchId: "r", path: "a.txt" });
    await drive.pause(300);
    await drive.call("fs/writeFile", { path: file, dataBase64: base64("1") });
    await drive.until("fs/changed");
    await drive.note("unwatch", "fs/unwatch", { watchId: "w" });
    await drive.note("unwatch again", "fs/unwatch", { watchId: "w" });
  }),
];
