import type { Drive } from "../drive/drive.ts";
import { scenario } from "./stage.ts";

/** What is done in one step: a turn, a compaction, a rollback of so many turns, or a resume after a restart. */
type Step = "turn" | "compact" | "resume" | number;

async function play(drive: Drive, steps: readonly Step[]): Promise<void> {
  const thread = await drive.thread();
  for (const [at, step] of steps.entries()) {
    if (step === "turn") await drive.turn(thread, `prompt ${at}`);
    else if (step === "compact") {
      const from = drive.wire.messages.length;
      await drive.call("thread/compact/start", { threadId: thread });
      await drive.until("turn/completed", () => true, from);
    } else if (step === "resume") {
      await drive.restart();
      await drive.note(`resume ${at}`, "thread/resume", { threadId: thread });
    } else await drive.note(`rollback ${at}`, "thread/rollback", { threadId: thread, numTurns: step });
  }
}

const after = (name: string, ...steps: readonly Step[]) =>
  scenario(
    `compacted, then rolled back: ${name}`,
    {
      script: steps
        .filter(step => typeof step === "string" && step !== "resume")
        .map((step, at) => `${step === "compact" ? "SUMMARY" : "answer"} ${at}`),
      config: 'compact_prompt = "PLEASE COMPACT"',
    },
    drive => play(drive, steps),
  );

/** Rollbacks that reach behind a compaction, or stop before it. */
export const compactedRollbacks = [
  after("one of one", "turn", "compact", 1, "turn"),
  after("one of two", "turn", "turn", "compact", 1, "turn"),
  after("two of two", "turn", "turn", "compact", 2, "turn"),
  after("two of three", "turn", "turn", "turn", "compact", 2, "turn", "resume", "turn"),
  after("more than there are", "turn", "turn", "compact", 5, "turn"),
  after("the turn after it", "turn", "compact", "turn", 1, "turn"),
  after("the turn after it and the one before", "turn", "turn", "compact", "turn", 2, "turn"),
  after("twice", "turn", "turn", "compact", "turn", 1, 1, "turn", "resume", "turn"),
  after("between two compactions", "turn", "compact", "turn", "compact", 1, "turn"),
  after("and compacted again", "turn", "turn", "compact", 1, "turn", "compact", "turn", "resume", "turn"),
];
