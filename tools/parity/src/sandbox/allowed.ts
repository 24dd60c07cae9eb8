import type { SandboxCase } from "./cases.ts";

/** One line in which the two programs differ. */
export interface Difference {
  /** What was tried, without its outcome. */
  what: string;
  ours: string | undefined;
  reference: string | undefined;
}

/** What an allowance may look at beside the line itself. */
export interface Circumstances {
  generated: SandboxCase;
  /** Whether the reference ran the command at all, and what it said about it. */
  reference: { ran: boolean; stderr: string };
}

interface Allowance {
  reason: string;
  covers(difference: Difference, circumstances: Circumstances): boolean;
}

const landlock = (generated: SandboxCase): boolean => generated.options.includes("features.use_legacy_landlock=true");

/** The places a profile denies, each below its folder: `@W/docs/private`, `@O/sec2`. */
function denied(config: string): string[] {
  const roots = config.indexOf(":project_roots");
  return [...config.matchAll(/^"([^"*?[]+)" = "none"$/gm)].map(({ 1: place = "", index }) =>
    roots !== -1 && index > roots ? `@W/${place}` : place,
  );
}

/** Whether one denied folder lies in another. */
function denialsNest(config: string): boolean {
  const places = denied(config);
  return places.some(place => places.some(around => place.startsWith(`${around}/`)));
}

/** Where we differ on purpose: stricter, or working where the reference fails. */
const allowances: readonly Allowance[] = [
  {
    reason:
      "a carveout below a missing folder: the reference's trial run makes a file of that folder, and its real run fails on it",
    covers: (_, { reference }) =>
      !reference.ran && /^bwrap: Can't mkdir parents for \S+: Not a directory$/m.test(reference.stderr),
  },
  {
    reason:
      "a denied path below a denied folder: the reference mounts the inner one after it has closed the outer one, and fails",
    covers: (_, { generated, reference }) =>
      !reference.ran &&
      /^bwrap: Can't (?:mkdir|create file at) \S+: Read-only file system$/m.test(reference.stderr) &&
      denialsNest(generated.config),
  },
  {
    reason:
      "where most of the disk is writable, the reference binds `/` over its own /dev, and devices cannot be used; ours get a /dev again",
    covers: ({ what, ours, reference }, { generated }) =>
      what.startsWith("use /dev/") &&
      ours === "yes" &&
      reference === "no" &&
      /^":root" = "write"$/m.test(generated.config),
  },
  {
    reason: "with Landlock, signals to processes outside are refused where the kernel can (ABI 6)",
    covers: ({ what, ours, reference }, { generated }) =>
      landlock(generated) && what === "signal host processes" && ours === "no" && reference === "yes",
  },
];

/** Why a difference is meant, or null when it is not. */
export function allowedReason(difference: Difference, circumstances: Circumstances): string | null {
  return allowances.find(({ covers }) => covers(difference, circumstances))?.reason ?? null;
}
