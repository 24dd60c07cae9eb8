import type { Allowed } from "../drive/scenario.ts";

/** Differences that are meant, each with its reason. */
export const allowed: readonly Allowed[] = [
  {
    scenario: /^approval asked in the older way$/,
    path: /^questions\[\d+\]\.params\.questions\[\d+\]\.options\[\d+\]\.description$/,
    reason: "what a choice means is told in our own words",
  },
  {
    scenario: /^skill that needs a server: /,
    path: /^questions\[\d+\]\.params\.questions\[\d+\]\.(question|options\[\d+\]\.description)$/,
    reason: "questions are asked in our own words",
  },
  {
    scenario: /^approval changed by a write and a reload of servers$/,
    path: /^questions\[1…\]$/,
    ours: /^\[\]$/,
    reason: "a reload of servers takes over how their tools are approved, too",
  },
  {
    scenario: /^as a server: /,
    path: /^notes\.initialize\.serverInfo\.user_agent$/,
    reason: "we name our own program beside the one that servers know",
  },
  {
    scenario: /^a server that writes noise first$/,
    path: /^(startup\.fx\.(status|error)|tools\[0\]\[3…\])$/,
    reason: "a server that also logs to its standard output is understood",
  },
];
