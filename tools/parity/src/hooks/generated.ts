import { prompts } from "../core/stage.ts";
import type { Drive } from "../drive/drive.ts";
import type { Scenario } from "../drive/scenario.ts";
import { Random } from "../random.ts";
import { answered, ASKING, firstTime, type HookSetting, hooked, shell } from "./stage.ts";

type Event = "SessionStart" | "UserPromptSubmit" | "PreToolUse" | "PermissionRequest" | "PostToolUse" | "Stop";

const HANDLERS = 14;
const NAMES = ["SessionStart", "UserPromptSubmit", "PreToolUse", "PermissionRequest", "PostToolUse", "Stop"];
const TEXTS = ["plain", " spaced ", "", "  ", 'quo"ted', "two\nlines", "ünïcode", "<tag> & more", "\u0085next line"];

/** A member of a JSON object as text: what may stand there, now and then what may not. */
class Members {
  private readonly random: Random;
  /** How often something is wrong. */
  private readonly mischief: number;

  constructor(random: Random, mischief: number) {
    this.random = random;
    this.mischief = mischief;
  }

  text(): string {
    return this.value(() => JSON.stringify(this.random.pick(TEXTS)));
  }

  flag(usual: boolean): string {
    return this.value(() => String(this.random.chance(0.8) ? usual : !usual));
  }

  word(...words: string[]): string {
    return this.value(() => JSON.stringify(this.random.pick(words)));
  }

  /** An object of members, of which each is there by chance; a name may come twice, or be one that nobody knows. */
  object(members: Readonly<Record<string, () => string>>, present: number, always: readonly string[] = []): string {
    const { random, mischief } = this;
    const written = Object.entries(members).flatMap(([name, make]) => {
      const is = always.includes(name) ? !random.chance(mischief) : random.chance(present);
      if (!is) return [];
      const member = (): string => `${JSON.stringify(name)}:${make()}`;
      return random.chance(mischief / 2) ? [member(), member()] : [member()];
    });
    if (random.chance(mischief / 2)) written.push('"surprise":1');
    return `{${written.join(random.chance(0.2) ? " , " : ",")}}`;
  }

  private value(usual: () => string): string {
    if (!this.random.chance(this.mischief)) return usual();
    return this.random.pick(["null", "null", "5", "true", '"?"', "{}", "[]", "1e400", '"\\ud800"']);
  }
}

function outputOf(event: Event, random: Random, mischief: number): string {
  const members = new Members(random, mischief);
  const text = () => members.text();
  const own = (more: Record<string, () => string>, present: number): Record<string, () => string> => ({
    hookSpecificOutput: () =>
      members.object(
        { hookEventName: () => (random.chance(0.9) ? JSON.stringify(event) : members.word(...NAMES)), ...more },
        present,
        ["hookEventName"],
      ),
  });
  const any = () => random.pick(["null", '{"command":"x"}', '{"a":1,"a":2}', "[]", "0"]);
  const block = { decision: () => members.word("block"), reason: text };
  const context = own({ additionalContext: text }, 0.7);
  const of: Record<Event, Record<string, () => string>> = {
    SessionStart: context,
    UserPromptSubmit: { ...block, ...context },
    PreToolUse: {
      decision: () => members.word("block", "block", "approve"),
      reason: text,
      ...own(
        {
          permissionDecision: () => members.word("deny", "deny", "allow", "ask"),
          permissionDecisionReason: text,
          ...(random.chance(0.2) ? { updatedInput: any, additionalContext: text } : {}),
        },
        0.6,
      ),
    },
    PermissionRequest: own(
      {
        decision: () =>
          members.object(
            {
              behavior: () => members.word("allow", "deny"),
              message: text,
              ...(random.chance(0.2)
                ? { updatedInput: any, updatedPermissions: any, interrupt: () => members.flag(false) }
                : {}),
            },
            0.5,
            ["behavior"],
          ),
      },
      0.8,
    ),
    PostToolUse: {
      ...block,
      ...own({ additionalContext: text, ...(random.chance(0.1) ? { updatedMCPToolOutput: any } : {}) }, 0.7),
    },
    Stop: block,
  };
  const universal = {
    continue: () => members.flag(true),
    stopReason: text,
    suppressOutput: () => members.flag(false),
    systemMessage: text,
  };
  const strict = event === "PreToolUse" || event === "PermissionRequest";
  const chosen = Object.fromEntries(
    Object.entries(universal).filter(([name]) => random.chance(name === "systemMessage" || !strict ? 0.3 : 0.08)),
  );
  return members.object({ ...chosen, ...of[event] }, event === "PermissionRequest" ? 0.9 : 0.6);
}

/** A command that ends like this, in one way or another. */
function commandOf(event: Event, random: Random, mischief: number, mark: string): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  let stdout = outputOf(event, random, mischief);
  if (random.chance(0.15)) stdout = ` \n${stdout}\n\t`;
  if (random.chance(mischief / 2)) stdout = stdout.slice(0, random.below(stdout.length));
  if (random.chance(mischief / 3))
    stdout = random.pick(["text", "true", '"deny"', "null", "[]", "[{}]", `\ufeff${stdout}`]);
  const code = random.chance(0.8) ? 0 : random.pick([2, 2, 2, 1, 3, 255]);
  const stderr = random.pick(["", " ", "a reason\n", "  two\nlines  "]);
  const says = `printf '%s' ${quoted(stdout)}; printf '%s' ${quoted(stderr)} >&2; exit ${code}`;
  // What makes a turn go on says so once.
  return event === "Stop" ? `cat > /dev/null; ${firstTime(says, mark)}` : says;
}

const SETTINGS: Record<Event, { setting: Partial<HookSetting>; play: (drive: Drive) => Promise<void> }> = {
  SessionStart: { setting: {}, play: prompts("one", "two") },
  UserPromptSubmit: { setting: {}, play: prompts("one", "two") },
  PreToolUse: { setting: { script: shell("echo hi") }, play: prompts("go") },
  PermissionRequest: { setting: { config: ASKING, script: shell("touch made") }, play: answered("accept") },
  PostToolUse: { setting: { script: shell("echo hi") }, play: prompts("go") },
  Stop: { setting: {}, play: prompts("one", "two") },
};

/** Outputs by chance: objects that fit, that nearly fit and that do not, on many handlers of one event. The same seed gives the same. */
export function generated(seed: number, rounds: number): Scenario[] {
  const random = new Random(seed);
  return Array.from({ length: rounds }, (_, round) =>
    (Object.keys(SETTINGS) as Event[]).map(event => {
      // Some rounds without mischief: there, what handlers come to together is seen.
      const mischief = round % 3 === 0 ? 0.02 : 0.15;
      const commands = Array.from({ length: HANDLERS }, (_, at) => commandOf(event, random, mischief, `said-${at}`));
      const { setting, play } = SETTINGS[event];
      return hooked(`generated ${seed}.${round}: ${event}`, { ...setting, hooks: { [event]: [commands] } }, play);
    }),
  ).flat();
}
