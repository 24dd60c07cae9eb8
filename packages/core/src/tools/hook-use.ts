import type { ToolUse } from "../approvals/slots.ts";

/** How tool hooks see a command; null when the call cannot be read (the tool will say what is wrong with it). */
export function bashUse(command: () => string): Omit<ToolUse, "toolUseId"> | null {
  try {
    return { toolName: "Bash", toolInput: { command: command() } };
  } catch {
    return null;
  }
}
