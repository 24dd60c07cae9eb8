import type { Allowed } from "../drive/scenario.ts";

/** Differences that are meant, each with its reason. */
export const allowed: readonly Allowed[] = [
  {
    path: /^requests\[\d+\]\.headers\.x-codex-turn-metadata$/,
    reference: /workspaces/,
    reason: "facts of the repository are gathered beside the turn: the first requests may go out before they are known",
  },
  {
    scenario: /^a review/,
    path: /(params\.turn\.id|payload\.turn_id)$/,
    reason:
      "the reference starts a review's turn under the id of the reviewer's own turn, which no client has been told of",
  },
  {
    scenario: /^a review/,
    path: /^rollouts\[0\]\[/,
    ours: /^\[\]$/,
    reference: /user_message/,
    reason: "the reference writes the reviewer's prompt twice",
  },
  {
    path: /payload\.info\.(last|total)_token_usage\.total_tokens$|tokenUsage\.last\.totalTokens$/,
    reason: "an estimate after a compaction or a rollback, which counts each program's own instructions",
  },
  {
    path: /params\.message$/,
    reference: /Heads up: Long threads/,
    ours: /Heads up: long threads/,
    reason: "our own warning after a compaction",
  },
  {
    scenario: /^an empty prompt$/,
    path: /params\.turn\.(status|error)$/,
    reason: "the reference reports the refused empty prompt once more, as the error of the next turn, which succeeded",
  },
  {
    path: /error\.additionalDetails$/,
    ours: /ECONNRESET/,
    reference: /error decoding response body/,
    reason: "a broken connection is named by its cause",
  },
  {
    scenario: /^an interrupted compaction$/,
    path: /^requests\[2\]\.body\.input\[/,
    ours: /^\[\]$/,
    reference: /SUMMARY/,
    reason:
      "a hand-over note that was interrupted is no part of the conversation; the reference leaves it in memory only",
  },
];
