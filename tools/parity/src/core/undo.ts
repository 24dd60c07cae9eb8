import { mkdir, writeFile } from "node:fs/promises";
import { functionCall } from "@codex-ts-tools/model-server";
import { prompts, scenario } from "./stage.ts";

/** Snapshots of the working folder. */
export const undo = [
  scenario(
    "snapshots of a repository",
    {
      script: [{ items: [functionCall("exec_command", { cmd: "echo hi > made.txt" }, "c1")] }, "done", "again"],
      features: "undo = true",
      files: { "work/kept.txt": "kept\n", "work/.gitignore": "ignored\n" },
      git: true,
      prepare: async place => {
        await writeFile(`${place.work}/untracked.txt`, "u\n");
        await writeFile(`${place.work}/ignored`, "i\n");
        await mkdir(`${place.work}/dir`);
        await writeFile(`${place.work}/dir/a`, "a\n");
      },
    },
    prompts("make it", "go on"),
  ),
  scenario("snapshots outside of a repository", { script: ["a", "b"], features: "undo = true" }, prompts("1", "2")),
  scenario(
    "snapshots in a folder of a repository, and large files",
    {
      script: [{ items: [functionCall("exec_command", { cmd: "true" }, "c1")] }, "b"],
      features: "undo = true",
      files: { "work/sub/kept.txt": "kept\n" },
      git: true,
      prepare: async place => {
        await writeFile(`${place.work}/big.bin`, Buffer.alloc(11 << 20));
        await mkdir(`${place.work}/many`);
        for (let n = 0; n < 210; n++) await writeFile(`${place.work}/many/${n}`, "x");
      },
    },
    async drive => {
      const thread = await drive.thread({ cwd: `${drive.place.work}/sub` });
      await drive.turn(thread, "1");
    },
  ),
  scenario(
    "large files and folders stay out of snapshots",
    {
      script: [{ items: [functionCall("exec_command", { cmd: "true" }, "c1")] }, "b"],
      features: "undo = true",
      git: true,
      prepare: async place => {
        await writeFile(`${place.work}/big.bin`, Buffer.alloc(11 << 20));
        await mkdir(`${place.work}/many`);
        for (let n = 0; n < 210; n++) await writeFile(`${place.work}/many/${n}`, "x");
        await writeFile(`${place.work}/small`, "x");
      },
    },
    prompts("1"),
  ),
];
