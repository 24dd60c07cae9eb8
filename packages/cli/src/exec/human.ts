import type { ServerNotification, ThreadItem, Turn } from "@codex-ts/protocol";
import type { Style } from "../style.ts";
import { type HeaderFacts, headerLines } from "./header.ts";
import { errorText, warningText } from "./projection.ts";
import { blendedTokens, withSeparators } from "./usage.ts";

/** Output lines of one command shown to a person; the rest is counted, not printed. */
const MAX_OUTPUT_LINES = 60;
/** Characters of one output line shown to a person. */
const MAX_LINE_LENGTH = 2000;

const planMarks = { completed: "✓", inProgress: "→", pending: "•" } as const;

export interface HumanOptions {
  /** Show the model's unsummarised reasoning where it sends it; default false. */
  rawReasoning?: boolean;
  /** Show reasoning at all; default true. */
  reasoning?: boolean;
}

/**
 * The story of a run for a person, written to stderr as it happens (spec: command line, "Human output").
 * A state machine without I/O: `next` gives the text that one notification adds.
 */
export class HumanOutput {
  readonly #style: Style;
  readonly #raw: boolean;
  readonly #reasoning: boolean;
  #finalMessage: string | undefined;
  #finalShown = false;
  #lastDiff = "";
  #pendingDiff = "";
  #tokens: string | undefined;

  constructor(style: Style, options: HumanOptions = {}) {
    this.#style = style;
    this.#raw = options.rawReasoning ?? false;
    this.#reasoning = options.reasoning ?? true;
  }

  get finalMessage(): string | undefined {
    return this.#finalMessage;
  }

  /** Whether the final message has already been rendered as part of the story. */
  get finalMessageShown(): boolean {
    return this.#finalShown;
  }

  header(facts: HeaderFacts): string {
    const { title, rows } = headerLines(facts);
    const body = rows.map(([key, value]) => `${this.#style.bold(`${key}:`)} ${value}\n`).join("");
    return `${this.#style.bold(title)}\n--------\n${body}--------\n`;
  }

  prompt(text: string): string {
    return `${this.#style.cyan("user")}\n${text}\n`;
  }

  next(notification: ServerNotification): string {
    if (notification.method === "deprecationNotice") {
      const { summary, details } = notification.params;
      return `${this.#style.yellow("deprecated:")} ${summary}\n${details ? `${this.#style.dim(details)}\n` : ""}`;
    }
    const warning = warningText(notification);
    if (warning !== undefined) return this.#warning(notification.method, warning);
    switch (notification.method) {
      // A person is told what programs that read the events are not.
      case "warning":
        return this.#warning(notification.method, notification.params.message);
      case "item/started":
        return this.#started(notification.params.item);
      case "item/completed":
        return this.#completed(notification.params.item);
      case "turn/plan/updated": {
        const { explanation, plan } = notification.params;
        const steps = plan.map(step => `  ${this.#mark(step.status)} ${step.step}\n`).join("");
        return `${explanation ? `${this.#style.italic(explanation)}\n` : ""}${steps}`;
      }
      case "turn/diff/updated":
        this.#pendingDiff = notification.params.diff;
        return this.#diff();
      case "thread/tokenUsage/updated":
        this.#tokens = withSeparators(blendedTokens(notification.params.tokenUsage));
        return "";
      case "hook/started":
        return `hook: ${hookName(notification.params.run.eventName)}\n`;
      case "hook/completed":
        return `hook: ${hookName(notification.params.run.eventName)} ${hookName(notification.params.run.status)}\n`;
      case "error":
        return `${this.#style.red("ERROR:")} ${errorText(notification.params.error)}\n`;
      case "turn/completed":
        return this.#turnEnd(notification.params.turn);
      default:
        return "";
    }
  }

  /** The closing lines after the turn: tokens used. */
  closing(): string {
    return this.#tokens === undefined ? "" : `${this.#style.dim("tokens used")}\n${this.#tokens}\n`;
  }

  #mark(status: keyof typeof planMarks): string {
    const mark = planMarks[status];
    return status === "completed" ? this.#style.green(mark) : status === "inProgress" ? this.#style.cyan(mark) : mark;
  }

  #warning(method: ServerNotification["method"], text: string): string {
    if (method === "model/rerouted") return `${text.replace(/ \(.*\)$/, "")}\n`;
    return `${this.#style.yellow("warning:")} ${text}\n`;
  }

  #started(item: ThreadItem): string {
    switch (item.type) {
      case "commandExecution":
        return `${this.#style.magenta("exec")}\n${this.#style.bold(item.command)} in ${item.cwd}\n`;
      case "fileChange":
        return `${this.#style.magenta("apply patch")}\n`;
      case "mcpToolCall":
        return `${this.#style.bold("mcp:")} ${item.server}/${item.tool} started\n`;
      case "webSearch":
        return `${this.#style.bold("web search:")} ${item.query}\n`;
      case "collabAgentToolCall":
        return `${this.#style.bold("collab:")} ${item.tool}\n`;
      default:
        return "";
    }
  }

  #completed(item: ThreadItem): string {
    switch (item.type) {
      case "agentMessage":
        this.#finalMessage = item.text;
        this.#finalShown = true;
        return `${this.#style.magenta("codex")}\n${item.text}\n`;
      case "reasoning": {
        const text = (this.#raw && item.content.length > 0 ? item.content : item.summary).join("\n");
        return text.trim() === "" || !this.#reasoning ? "" : `${this.#style.dim(text)}\n`;
      }
      case "commandExecution":
        return this.#commandEnd(item);
      case "fileChange": {
        const word = item.status === "completed" ? this.#style.green(item.status) : this.#style.red(item.status);
        return `patch: ${word}\n${item.changes.map(change => `${change.path}\n`).join("")}`;
      }
      case "mcpToolCall": {
        const text = `mcp: ${item.server}/${item.tool} (${item.status})`;
        return `${text}${item.error ? `\n${this.#style.red(item.error.message)}` : ""}\n`;
      }
      case "webSearch":
        return `${this.#style.bold("web search:")} ${item.query}\n`;
      case "contextCompaction":
        return "context compacted\n";
      default:
        return "";
    }
  }

  #commandEnd(item: Extract<ThreadItem, { type: "commandExecution" }>): string {
    const time = item.durationMs === null ? "" : ` in ${durationText(item.durationMs)}`;
    const head =
      item.status === "declined"
        ? this.#style.red(` declined${time}:`)
        : item.exitCode === 0
          ? this.#style.green(` succeeded${time}:`)
          : this.#style.red(` exited ${item.exitCode ?? -1}${time}:`);
    const output = item.aggregatedOutput ?? "";
    return `${head}\n${output.trim() === "" ? "" : `${this.#style.dim(shorten(output))}\n`}`;
  }

  /** The turn's diff, each state once. */
  #diff(): string {
    if (this.#pendingDiff === this.#lastDiff || this.#pendingDiff === "") return "";
    this.#lastDiff = this.#pendingDiff;
    return `${this.#pendingDiff
      .replace(/\n$/, "")
      .split("\n")
      .map(line => this.#diffLine(line))
      .join("\n")}\n`;
  }

  #diffLine(line: string): string {
    if (/^(diff --git|index |--- |\+\+\+ |new file|deleted file|rename )/.test(line)) return this.#style.bold(line);
    if (line.startsWith("@@")) return this.#style.cyan(line);
    if (line.startsWith("+")) return this.#style.green(line);
    if (line.startsWith("-")) return this.#style.red(line);
    return line;
  }

  #turnEnd(turn: Turn): string {
    if (turn.status === "interrupted") return `${this.#style.dim("turn interrupted")}\n`;
    if (turn.status === "failed") {
      this.#finalMessage = undefined;
      return turn.error ? `${this.#style.red("ERROR:")} ${errorText(turn.error)}\n` : "";
    }
    const messages = turn.items.filter(item => item.type === "agentMessage");
    const last = messages[messages.length - 1];
    if (this.#finalMessage === undefined && last?.type === "agentMessage") this.#finalMessage = last.text;
    return "";
  }
}

/** `preToolUse` -> `PreToolUse`. */
function hookName(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** 4ms, 1.26s, 2m 05s. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)}s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, "0")}s`;
}

function cut(line: string): string {
  if (line.length <= MAX_LINE_LENGTH) return line;
  return `${line.slice(0, MAX_LINE_LENGTH)}… ${withSeparators(line.length - MAX_LINE_LENGTH)} more characters`;
}

/** The beginning and the end of a long output, with the number of lines left out between them. */
function shorten(output: string): string {
  const lines = output.replace(/\n$/, "").split("\n").map(cut);
  if (lines.length <= MAX_OUTPUT_LINES) return lines.join("\n");
  const half = MAX_OUTPUT_LINES / 2;
  const left = lines.length - 2 * half;
  return [...lines.slice(0, half), `… ${withSeparators(left)} more lines …`, ...lines.slice(-half)].join("\n");
}
