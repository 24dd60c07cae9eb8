import type { Allowed } from "../drive/scenario.ts";

/** Differences that are meant, each with its reason. */
export const allowed: readonly Allowed[] = [
  {
    scenario: /^approval asked in the older way$/,
    path: /^questions\[\d+\]\.params\.questions\[\d+\]\.options\[\d+\]\.description$/,
    reason: "what a choice means is told in our own words",
  },
  {
    scenario: /^a server that writes noise first$/,
    path: /^startup\.fx\.(status|error)$/,
    ours: /^("ready"|null)$/,
    reason: "a server that also logs to its standard output is understood",
  },
];
