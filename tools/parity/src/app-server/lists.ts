import type { Json } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { asking, scenario } from "./stage.ts";

/** Three threads in two folders, at least a millisecond apart, oldest first. */
async function three(drive: Drive): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, cwd] of [drive.place.work, `${drive.place.work}/sub`, drive.place.work].entries()) {
    const thread = await drive.thread({ cwd });
    await drive.turn(thread, `question ${index}`);
    ids.push(thread);
    await drive.pause(1100);
  }
  return ids;
}

const setting = { script: ["a", "b", "c", "d"], files: { "work/sub/x": "" } };
const cursorOf = (page: { result?: Json }, name: string) => page.result?.[name] ?? "no cursor";

/** Lists and their pages. */
export const lists = [
  scenario("listing threads", setting, async drive => {
    await three(drive);
    const list = (name: string, params: Json) => drive.note(name, "thread/list", params);
    await list("all", {});
    await list("created, ascending", { sortDirection: "asc" });
    await list("updated", { sortKey: "updated_at" });
    await list("updated, ascending", { sortKey: "updated_at", sortDirection: "asc" });
    await list("folder", { cwd: `${drive.place.work}/sub` });
    await list("folder with dots", { cwd: `${drive.place.work}/sub/../sub/.` });
    await list("folders", { cwd: [drive.place.work, "/nowhere"] });
    await list("no folder", { cwd: [] });
    await list("relative folder", { cwd: "sub" });
    await list("search", { searchTerm: "question 1" });
    await list("search that finds nothing", { searchTerm: "QUESTION" });
    await list("sources", { sourceKinds: ["exec"] });
    await list("source of this client", { sourceKinds: ["vscode", "appServer"] });
    await list("no sources", { sourceKinds: [] });
    await list("other providers", { modelProviders: ["other"] });
    await list("all providers", { modelProviders: [] });
    await list("archived", { archived: true });
    await list("limit zero", { limit: 0 });
    await list("huge limit", { limit: 100_000 });
    await list("bad cursor", { cursor: "x" });
    await list("empty cursor", { cursor: "" });
  }),
  scenario("pages of threads", setting, async drive => {
    await three(drive);
    for (const sortDirection of ["desc", "asc"]) {
      const first = await drive.note(`${sortDirection} 1`, "thread/list", { limit: 2, sortDirection });
      const cursor = cursorOf(first, "nextCursor");
      const second = await drive.note(`${sortDirection} 2`, "thread/list", { limit: 2, cursor, sortDirection });
      const back = cursorOf(second, "backwardsCursor");
      await drive.note(`${sortDirection} back`, "thread/list", {
        cursor: back,
        sortDirection: sortDirection === "desc" ? "asc" : "desc",
      });
    }
  }),
  scenario("pages of turns", setting, async drive => {
    const threadId = await drive.thread();
    for (const words of ["one", "two", "three"]) await drive.turn(threadId, words);
    for (const sortDirection of ["desc", "asc"]) {
      const list = (name: string, params: Json) =>
        drive.note(`${sortDirection} ${name}`, "thread/turns/list", { threadId, sortDirection, ...params });
      const first = await list("first", { limit: 1 });
      const second = await list("second", { limit: 1, cursor: cursorOf(first, "nextCursor") });
      await list("rest", { cursor: cursorOf(second, "nextCursor") });
      await list("back", { cursor: cursorOf(second, "backwardsCursor"), limit: 0 });
      await list("unknown anchor", { cursor: JSON.stringify({ turnId: "gone", includeAnchor: true }) });
      await list("half a cursor", { cursor: JSON.stringify({ turnId: "gone" }) });
      await list("no cursor", { cursor: "{}" });
      await list("an empty cursor", { cursor: "" });
    }
  }),
  scenario("loaded threads", { script: [] }, async drive => {
    await drive.note("none", "thread/loaded/list", {});
    await drive.note("none after a cursor", "thread/loaded/list", { cursor: "x" });
    for (let n = 0; n < 3; n++) await drive.thread();
    const first = await drive.note("first", "thread/loaded/list", { limit: 2 });
    await drive.note("rest", "thread/loaded/list", { cursor: cursorOf(first, "nextCursor") });
    await drive.note("limit zero", "thread/loaded/list", { limit: 0 });
    await drive.note("bad cursor", "thread/loaded/list", { cursor: "x" });
  }),
  asking("listing models", [
    ["all", "model/list", {}],
    ["hidden too", "model/list", { includeHidden: true }],
    ["one", "model/list", { limit: 1 }],
    ["limit zero", "model/list", { limit: 0 }],
    ["second", "model/list", { limit: 1, cursor: "1" }],
    ["last", "model/list", { cursor: "4" }],
    ["too far", "model/list", { cursor: "999" }],
    ["bad cursor", "model/list", { cursor: "x" }],
    ["negative cursor", "model/list", { cursor: "-1" }],
    ["signed cursor", "model/list", { cursor: "+1" }],
    ["empty cursor", "model/list", { cursor: "" }],
  ]),
  asking("listing features", [
    ["one", "experimentalFeature/list", { limit: 1 }],
    ["limit zero", "experimentalFeature/list", { limit: 0 }],
    ["second", "experimentalFeature/list", { limit: 1, cursor: "1" }],
    ["too far", "experimentalFeature/list", { cursor: "999" }],
    ["bad cursor", "experimentalFeature/list", { cursor: "x" }],
    ["modes", "collaborationMode/list", {}],
  ]),
  asking("listing servers of tools", [
    ["all", "mcpServerStatus/list", {}],
    ["short", "mcpServerStatus/list", { detail: "toolsAndAuthOnly" }],
    ["too far", "mcpServerStatus/list", { cursor: "9" }],
    ["bad cursor", "mcpServerStatus/list", { cursor: "x" }],
    ["login of an unknown one", "mcpServer/oauth/login", { name: "zz" }],
    ["resource of an unknown one", "mcpServer/resource/read", { server: "zz", uri: "a:b" }],
    ["reload", "config/mcpServer/reload"],
  ]),
];
