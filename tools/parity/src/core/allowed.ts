import type { Allowed } from "../drive/scenario.ts";

/** Differences that are meant, each with its reason. */
export const allowed: readonly Allowed[] = [
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
