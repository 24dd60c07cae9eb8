import type { Drive } from "../drive/drive.ts";
import { scenario } from "./stage.ts";

const FINDINGS = {
  findings: [
    {
      title: "[P1] Broken",
      body: "It is broken.\nBadly.",
      confidence_score: 0.9,
      priority: 1,
      code_location: { absolute_file_path: "/w/a.txt", line_range: { start: 1, end: 2 } },
    },
  ],
  overall_correctness: "patch is incorrect",
  overall_explanation: "Not good.",
  overall_confidence_score: 0.8,
};

function review(target: object, more: object = {}) {
  return async (drive: Drive): Promise<void> => {
    const thread = await drive.thread();
    await drive.turn(thread, "before");
    const from = drive.wire.messages.length;
    await drive.note("review", "review/start", { threadId: thread, target, ...more });
    await drive.until("turn/completed", () => true, from);
    await drive.turn(thread, "after");
  };
}

const stage = (reply: string | object) => ({
  script: ["hello", reply, "after"],
  git: true,
  files: { "work/a.txt": "a\n" },
});

/** Reviews. */
export const reviews = [
  scenario(
    "a review of changes, with findings",
    stage(JSON.stringify(FINDINGS)),
    review({ type: "uncommittedChanges" }),
  ),
  scenario(
    "a review with two findings in prose",
    stage(`Here: ${JSON.stringify({ ...FINDINGS, findings: [FINDINGS.findings[0], FINDINGS.findings[0]] })} done`),
    review({ type: "uncommittedChanges" }),
  ),
  scenario(
    "a review without findings",
    stage(JSON.stringify({ ...FINDINGS, findings: [] })),
    review({ type: "uncommittedChanges" }),
  ),
  scenario(
    "a review in plain text",
    stage("Looks good to me."),
    review({ type: "custom", instructions: "  look at it  " }),
  ),
  scenario("a review without a word", stage({ items: [] }), review({ type: "custom", instructions: "look" })),
  scenario("a review of a branch", stage("fine"), review({ type: "baseBranch", branch: "main" })),
  scenario("a review of a branch that is not there", stage("fine"), review({ type: "baseBranch", branch: "nope" })),
  scenario("a review of a branch outside a repository", { ...stage("fine"), git: false }, async drive => {
    const threadId = await drive.thread();
    await drive.note("review", "review/start", { threadId, target: { type: "baseBranch", branch: "main" } });
    await drive.until("error");
    await drive.pause(500);
  }),
  scenario(
    "a review of a commit",
    stage("fine"),
    review({ type: "commit", sha: "0123456789abcdef", title: "The title" }),
  ),
  scenario("a review of a commit without a title", stage("fine"), review({ type: "commit", sha: "0123456789abcdef" })),
];
