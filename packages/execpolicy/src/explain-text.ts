import { prefixRuleLine } from "./amend/lines.ts";
import type { FallbackRow } from "./decide/fallback.ts";
import type { ApprovalPolicy, ApprovalRequirement } from "./decide/types.ts";
import type { ExplainedRule, ExplainedSegment, Explanation } from "./explain.ts";
import { tryJoinWords } from "./words.ts";

const ROW_TEXT: Readonly<Record<FallbackRow, string>> = {
  "known-safe": "known to be safe",
  "dangerous-unsandboxed": "dangerous, and there is no sandbox",
  dangerous: "dangerous",
  "file-system-open": "not known to be safe, and the file system is not restricted",
  "override-requested": "asks for more than the sandbox permits",
  restricted: "not known to be safe; the sandbox confines it",
};

/** Columns of the names on the left, and of the decisions of a command. */
const LABEL = 17;
const INDENT = "   ";
const DECISION = 11;

/**
 * The explanation for people: one step after the other, wrapped between words.
 * @param options `columns`: width of the terminal, default 80; a word that is longer stays whole
 */
export function renderExplanation(explanation: Explanation, options: { readonly columns?: number } = {}): string {
  const columns = Math.max(options.columns ?? 80, 40);
  const field = (name: string, text: string): string[] => hang(name.padEnd(LABEL), text, columns);
  const { segments, sandbox, fileSystem, sandboxPermissions, refusedEscalation, unconfirmedProgram } = explanation;
  const lines = [...field("Command", shown(explanation.argv)), ...field("Read as", explanation.form), ""];
  for (const [index, segment] of segments.entries()) lines.push(...segmentLines(index + 1, segment, columns));
  lines.push(
    "",
    ...field("Decision", `${explanation.decision}${segments.length > 1 ? " (the strictest of all commands)" : ""}`),
    ...field("Approval policy", policyText(explanation.approvalPolicy)),
    ...field("Sandbox", `${sandbox} (file system: ${fileSystem})`),
    ...(sandboxPermissions === "use_default" ? [] : field("Asked for", sandboxPermissions)),
    ...(refusedEscalation === undefined ? [] : field("Refused", "before the rules were looked at")),
    ...(unconfirmedProgram === undefined
      ? []
      : field("Program", `\`${unconfirmedProgram}\` is not in a folder of the system: its name opens no sandbox`)),
    ...resultLines(explanation.result, field),
  );
  return `${lines.join("\n")}\n`;
}

function segmentLines(position: number, segment: ExplainedSegment, columns: number): string[] {
  const lines = hang(`${position}.`.padEnd(INDENT.length), shown(segment.command), columns);
  const step = (decision: string, text: string): void => {
    lines.push(...hang(`${INDENT}${decision}`.padEnd(INDENT.length + DECISION), text, columns));
  };
  for (const rule of segment.rules) {
    step(rule.decision, ruleText(rule));
    step("", rule.source ?? "from managed requirements, or added in this session");
  }
  const { fallback } = segment;
  if (fallback !== undefined) step(fallback.decision, `no rule: ${ROW_TEXT[fallback.row]}`);
  return lines;
}

function ruleText({ matchedPrefix, resolvedProgram, reviewer, justification }: ExplainedRule): string {
  const program = resolvedProgram === undefined ? "" : `, found at ${resolvedProgram}`;
  const person = reviewer === undefined ? "" : ", a person has to answer";
  return `rule \`${shown(matchedPrefix)}\`${program}${person}${justification === undefined ? "" : `: ${justification}`}`;
}

function policyText(policy: ApprovalPolicy): string {
  if (typeof policy === "string") return policy;
  const flags = Object.entries(policy.granular).map(([name, value]) => `${name}=${value}`);
  return `granular (${flags.join(", ")})`;
}

function resultLines(result: ApprovalRequirement, field: (name: string, text: string) => string[]): string[] {
  if (result.kind === "forbidden") return [...field("Result", "refused"), ...field("", result.reason)];
  const { proposedAmendment } = result;
  const offered = (when: string): string[] =>
    proposedAmendment === undefined ? [] : field("Offered rule", `${prefixRuleLine(proposedAmendment)}${when}`);
  if (result.kind === "skip") {
    const where = result.bypassSandbox ? "outside the sandbox" : "in the sandbox";
    return [...field("Result", `runs ${where} without a question`), ...offered(" (when the sandbox stops it)")];
  }
  const whom = result.reviewer === "user" ? "asks a person" : "asks";
  return [...field("Result", whom), ...(result.reason === undefined ? [] : field("", result.reason)), ...offered("")];
}

function shown(words: readonly string[]): string {
  return tryJoinWords(words) ?? words.join(" ");
}

/** Text behind a label, wrapped between words; the lines after the first stand under the text. Control characters are named. */
function hang(label: string, text: string, columns: number): string[] {
  const indent = " ".repeat(label.length);
  const lines: string[] = [];
  let line = label;
  let empty = true;
  for (const word of printable(text).split(" ")) {
    if (!empty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  lines.push(line);
  return lines.map(each => each.trimEnd());
}

/** A command can hold anything, also what moves a terminal's cursor. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are the ones that must not reach a terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, char =>
    char === "\n" ? "\\n" : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
