import type { HookPromptFragment } from "./events/stop.ts";

/** A part of a message, as models read it. */
interface TextPart {
  readonly type: "input_text";
  readonly text: string;
}

/** The user message that makes a turn go on after its Stop hooks: one part a fragment (spec: hooks §6.9). */
export function hookPromptMessage(fragments: readonly HookPromptFragment[]): {
  type: "message";
  role: "user";
  content: TextPart[];
} {
  const content = fragments.map(fragment => ({ type: "input_text" as const, text: renderFragment(fragment) }));
  return { type: "message", role: "user", content };
}

/** `<hook_prompt hook_run_id="…">…</hook_prompt>` */
export function renderFragment({ hookRunId, text }: HookPromptFragment): string {
  const id = escapeText(hookRunId).replaceAll('"', "&quot;");
  return `<hook_prompt hook_run_id="${id}">${escapeText(text)}</hook_prompt>`;
}

/** The fragments of a message's parts; null unless every part is one with an id. */
export function parseHookPrompt(texts: readonly string[]): HookPromptFragment[] | null {
  if (texts.length === 0) return null;
  const fragments: HookPromptFragment[] = [];
  for (const text of texts) {
    const fragment = parseFragment(text);
    if (fragment === null) return null;
    fragments.push(fragment);
  }
  return fragments;
}

const FRAGMENT = /^<hook_prompt hook_run_id=(?:"([^"<]*)"|'([^'<]*)')\s*>([^<]*)<\/hook_prompt>$/;

function parseFragment(part: string): HookPromptFragment | null {
  const found = FRAGMENT.exec(part.trim());
  if (found === null) return null;
  const hookRunId = unescape(found[1] ?? found[2] ?? "");
  return hookRunId.trim() === "" ? null : { hookRunId, text: unescape(found[3] ?? "") };
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
