import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { skillId, type SkillInvocation, withoutUserinfo } from "@codex-ts/analytics";
import { posixScript, splitWords } from "@codex-ts/shell-command";
import { findGitDir, readGitInfo } from "../context/git-info.ts";
import { implicitSkill } from "../skills/implicit.ts";
import type { Skill } from "../skills/skill.ts";
import type { TurnScope } from "../turn/turn-scope.ts";

const sha1 = (text: string): string => createHash("sha1").update(text, "utf8").digest("hex");

/** Skills came into the conversation. The turn does not wait for what is to be found out about them. */
export function trackSkills(
  turn: TurnScope,
  skills: readonly Skill[],
  invokeType: SkillInvocation["invokeType"],
): void {
  const { analytics, originator } = turn.session.services;
  if (skills.length === 0 || !analytics.wants("skillsInvoked")) return;
  const tracking = { modelSlug: turn.context.model.slug, threadId: turn.session.id, turnId: turn.id };
  void Promise.all(skills.map(skill => invocation(skill, invokeType))).then(
    invocations =>
      analytics.track({ kind: "skillsInvoked", tracking, productClientId: originator, skills: invocations }),
    () => {},
  );
}

async function invocation(skill: Skill, invokeType: SkillInvocation["invokeType"]): Promise<SkillInvocation> {
  const path = await realpath(skill.path).catch(() => skill.path);
  const folder = dirname(path);
  const [git, place] = await Promise.all([readGitInfo(folder), findGitDir(folder)]);
  const url = git?.repository_url ?? null;
  const repo = url === null || place === null ? null : { url: withoutUserinfo(url), root: place.root };
  return {
    skillId: skillId({ name: skill.name, path, repo }, sha1),
    skillName: skill.name,
    skillScope: skill.scope,
    repoUrl: repo?.url ?? null,
    invokeType,
  };
}

/** A command that is about to run may make use of a skill; each counts once a turn. */
export function trackImplicitSkill(turn: TurnScope, argv: readonly string[], cwd: string): void {
  const { session, skills, usedSkills } = turn;
  if (turn.kind !== "regular") return;
  if (skills.length === 0 || !session.services.analytics.wants("skillsInvoked")) return;
  const script = posixScript(argv);
  const words = script === null ? argv : splitWords(script);
  const skill = words === null ? null : implicitSkill(words, cwd, skills);
  if (skill === null || usedSkills.has(skill.path)) return;
  usedSkills.add(skill.path);
  trackSkills(turn, [skill], "implicit");
}
