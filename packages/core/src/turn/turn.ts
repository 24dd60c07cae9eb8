import type { ReasoningEffort, UserInput } from "@codex-ts/protocol";
import type { ResponseItem } from "@codex-ts/protocol/models";
import { trackedCompaction, trackResolvedConfig } from "../analytics/turn-facts.ts";
import { trackNamedApps } from "../analytics/app-facts.ts";
import { trackSkills } from "../analytics/skill-facts.ts";
import { contextUpdates } from "../context/context-updates.ts";
import { normalizeUserInput, userInputMessage } from "../context/user-input.ts";
import { throwIfInterrupted } from "../errors.ts";
import { promptContexts, recordContexts, sessionMayStart, turnMayEnd } from "../hooks/turn-hooks.ts";
import { turnContextRecord } from "../rollout/turn-context-line.ts";
import { offerSkillServers } from "../mcp/skill-servers.ts";
import { autoCompactLimit, type ModelProfile, usableWindow } from "../thread/model-profile.ts";
import { mentionedSkills, skillMessages } from "../skills/mentions.ts";
import { tellPrewarm, tellSkillInjected, tellSkills } from "../telemetry/turn-counts.ts";
import { buildTools } from "../tools/build-tools.ts";
import { startSnapshot } from "../undo/turn-snapshot.ts";
import { samplingRequest } from "./request.ts";
import { sampleWithRetries } from "./sampling.ts";
import type { TurnContext } from "./turn-context.ts";
import type { TurnScope } from "./turn-scope.ts";

/**
 * A regular turn, from the prompt to the last message: tell the model what changed around it, give it the prompt, and then ask, run the
 * tools it calls and ask again, until it wants nothing more. Throws what makes the turn fail or stop; the thread ends the turn.
 */
export async function runTurn(turn: TurnScope, prompt: readonly UserInput[]): Promise<void> {
  const { session } = turn;
  turn.enrich();
  await connectionReady(turn);
  const before = contextOfLargerModel(turn);
  if (before !== null) await trackedCompaction(turn, "downshift", before);
  if (needsCompaction(turn)) await trackedCompaction(turn, "pre-turn");
  turn.skills = await session.skills(turn.context.settings.cwd);
  await appsKnown(turn);
  recordContext(turn);
  session.previousModel = turn.context.model.slug;
  await offerSkillServers(turn, mentionedSkills(prompt, turn.skills));
  throwIfInterrupted(turn.signal);
  if (!(await sessionMayStart(turn))) return;
  const firstTurn = !session.hadUserTurn;
  if (prompt.length > 0 && !(await takePrompt(turn, prompt))) return;
  session.hadUserTurn = true;
  trackResolvedConfig(turn, prompt, firstTurn);
  await session.rollout.materialize();
  startSnapshot(turn);

  await session.mcp?.prepare(turn);
  throwIfInterrupted(turn.signal);
  const tools = buildTools(turn);
  // The prompt goes alone first: what was queued while it was prepared follows after the model's first answer.
  let ownInputFirst = prompt.length > 0;
  let hookMadeItGoOn = false;
  for (;;) {
    throwIfInterrupted(turn.signal);
    if (!ownInputFirst && !(await recordPendingInput(turn))) {
      if (turn.hasPendingInput) continue;
      return;
    }
    ownInputFirst = false;

    turn.holdsConnection = true;
    const { needsFollowUp } = await sampleWithRetries(turn, tools, () => samplingRequest(turn, tools));

    if (!needsFollowUp && !turn.hasPendingInput) {
      if ((await turnMayEnd(turn, hookMadeItGoOn)) !== "continue") return;
      hookMadeItGoOn = true;
      continue;
    }
    if (needsFollowUp && needsCompaction(turn)) {
      await trackedCompaction(turn, "mid-turn");
      // The model goes on with what it was doing before it hears anything new.
      ownInputFirst = true;
    }
  }
}

/** The first turn takes the connection that was prepared since the thread started, waiting for it as long as its budget allows. */
async function connectionReady(turn: TurnScope): Promise<void> {
  const { prewarm } = turn.session;
  turn.session.prewarm = null;
  if (prewarm === null) return;
  const ready = await prewarm.ready(turn.signal).catch(() => false);
  turn.holdsConnection = ready;
  tellPrewarm(turn, ready, prewarm);
  throwIfInterrupted(turn.signal);
}

/** A window begins with what apps there are, so their server is waited for; whoever is not logged in waits for nothing. */
async function appsKnown(turn: TurnScope): Promise<void> {
  const { baseline, mcp, config } = turn.session;
  if (baseline !== null || mcp === null || !config.includeAppsInstructions) return;
  await mcp.appsKnown(turn.signal);
  throwIfInterrupted(turn.signal);
}

/** Tells the model what it does not know yet about its surroundings, and notes what it knows now. */
export function recordContext(turn: TurnScope): void {
  const { session } = turn;
  if (session.baseline === null && turn.skills.length > 0) tellSkills(turn, turn.skills);
  const updates = contextUpdates(turn);
  turn.record(updates);
  const record = turnContextRecord(turn);
  session.rollout.append([{ type: "turn_context", payload: { ...record } }]);
  session.baseline = record;
}

/** Records a prompt with what hooks add to it. False: a hook dropped it. */
async function takePrompt(turn: TurnScope, input: readonly UserInput[]): Promise<boolean> {
  const contexts = await promptContexts(turn, input);
  if (contexts === null) return false;
  turn.session.mcp?.noteMentions(input);
  trackNamedApps(turn, input);
  await recordPrompt(turn, input);
  await recordSkills(turn, input);
  recordContexts(turn, contexts);
  return true;
}

/** Brings in the skills that the prompt mentions. */
async function recordSkills(turn: TurnScope, input: readonly UserInput[]): Promise<void> {
  const mentioned = mentionedSkills(input, turn.skills);
  trackSkills(turn, mentioned, "explicit");
  const texts = await skillMessages(mentioned, (skill, message) => {
    tellSkillInjected(turn, skill.name, message === null);
    if (message !== null) turn.warn(message);
  });
  for (const text of texts) {
    turn.record([{ type: "message", role: "user", content: [{ type: "input_text", text }] }]);
  }
}

async function recordPrompt(turn: TurnScope, input: readonly UserInput[]): Promise<void> {
  const message = await userInputMessage(input, turn.context.settings.cwd);
  throwIfInterrupted(turn.signal);
  turn.record([message]);
  const item = {
    type: "userMessage" as const,
    id: turn.session.services.ids.uuid4(),
    content: normalizeUserInput(input),
  };
  turn.itemStarted(item);
  turn.itemCompleted(item);
}

/** False: a hook dropped what there was, so there is nothing new to tell the model. What comes after a dropped prompt stays queued. */
async function recordPendingInput(turn: TurnScope): Promise<boolean> {
  const items: ResponseItem[] = turn.pendingItems.splice(0);
  turn.record(items);
  let accepted = items.length > 0;
  for (let input = turn.pendingInput.shift(); input !== undefined; input = turn.pendingInput.shift()) {
    if (!(await takePrompt(turn, input))) return accepted;
    accepted = true;
  }
  return true;
}

function needsCompaction(turn: TurnScope): boolean {
  const { session, context } = turn;
  const limit = autoCompactLimit(context.model);
  return limit !== null && session.totalTokens() >= limit;
}

/** The thread goes to a model with a smaller window, in which the conversation has no room: the model before it is to compact it. */
function contextOfLargerModel(turn: TurnScope): TurnContext | null {
  const { session, context } = turn;
  const { previousModel } = session;
  if (previousModel === null || previousModel === context.model.slug) return null;
  const model = session.modelProfile(previousModel);
  const window = usableWindow(model);
  const limit = autoCompactLimit(context.model);
  if (window === null || context.contextWindow === null || window <= context.contextWindow || limit === null)
    return null;
  if (session.totalTokens() <= limit) return null;
  const { effort, summary } = context.settings;
  const settings = {
    ...context.settings,
    effort: effort !== null && model.efforts.includes(effort) ? effort : middleEffort(model),
    summary: summary ?? context.model.defaultSummary,
  };
  return { ...context, settings, model, contextWindow: window };
}

function middleEffort({ efforts, defaultEffort }: ModelProfile): ReasoningEffort | null {
  return efforts[Math.floor(Math.max(0, efforts.length - 1) / 2)] ?? defaultEffort;
}
