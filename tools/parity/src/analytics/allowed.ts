import type { Allowed } from "../drive/scenario.ts";

/** Differences that are meant, each with its reason. */
export const allowed: readonly Allowed[] = [
  {
    path: /event_params\.workspaces$/,
    reason: "the repository of a turn is part of its event here; the reference does not have it yet",
  },
];
