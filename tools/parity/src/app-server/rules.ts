import { scenario } from "./stage.ts";

/** Rules that do not parse: who is told, when, and that threads go on without them. */
export const rules = [
  scenario(
    "rules that do not parse",
    { script: ["ok", "ok"], files: { "home/rules/bad.rules": "prefix_rule(pattern=[\n", "work/a.txt": "a\n" } },
    async drive => {
      const threadId = await drive.thread();
      await drive.turn(threadId, "one");
      await drive.note("fork", "thread/fork", { threadId, excludeTurns: true });
      await drive.pause(300);
      drive.notes["told"] = drive.messages
        .filter(({ method }) => method === "configWarning" || method === "warning")
        .map(({ method, params }) => ({ method, summary: params?.["summary"], path: params?.["path"] }));
      await drive.restart();
      await drive.note("resume", "thread/resume", { threadId, excludeTurns: true });
      await drive.pause(300);
      drive.notes["told in all"] = drive.messages
        .filter(({ method }) => method === "configWarning" || method === "warning")
        .map(({ method }) => method);
    },
  ),
];
