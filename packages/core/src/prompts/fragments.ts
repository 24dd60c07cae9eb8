/** The shells of the fragments that the runtime adds to a conversation. Their forms are fixed; rollouts are read by them. */

export function agentsMdFragment(cwd: string, text: string): string {
  return `# AGENTS.md instructions for ${cwd}\n\n<INSTRUCTIONS>\n${text}\n</INSTRUCTIONS>`;
}

/** Tells the model what apps are, and that there are some. */
export const APPS_FRAGMENT = `<apps_instructions>
## Apps
The user has connected apps. What an app can do are tools of the MCP server \`codex_apps\`: those you were given, and those that \`tool_search\` finds if you have it. A message names an app as \`[$name](app://ID)\`; use an unnamed one where the task plainly calls for it. Apps have no resources worth listing.
</apps_instructions>`;

export const TURN_ABORTED_FRAGMENT = `<turn_aborted>
The user stopped the previous turn on purpose. Commands that were running may still run in the background, and a tool call that was cut off may have been carried out in part: check the present state before you retry anything.
</turn_aborted>`;

export function modelSwitchFragment(instructions: string): string {
  return `<model_switch>
This conversation was started with another model. From here on follow these instructions:

${instructions}
</model_switch>`;
}

export function collaborationModeFragment(text: string): string {
  return `<collaboration_mode>${text}</collaboration_mode>`;
}

export function personalityFragment(text: string): string {
  return `<personality_spec> From here on speak as follows:\n${text} </personality_spec>`;
}

export function userShellFragment(command: string, exitCode: number, durationMs: number, output: string): string {
  const seconds = (durationMs / 1000).toFixed(4);
  return `<user_shell_command>
<command>
${command}
</command>
<result>
Exit code: ${exitCode}
Duration: ${seconds} seconds
Output:
${output}
</result>
</user_shell_command>`;
}

export function modelWarning(text: string): string {
  return `Warning: ${text}`;
}

export function networkRuleSaved(host: string, action: "allow" | "deny"): string {
  return action === "allow"
    ? `Allowed network rule saved in execpolicy (allowlist): ${host}`
    : `Denied network rule saved in execpolicy (denylist): ${host}`;
}

export function amendmentSaved(prefix: readonly string[]): string {
  return `Approved command prefix saved:\n- [${prefix.map(word => JSON.stringify(word)).join(", ")}]`;
}

export function generatedImagesNote(folder: string): string {
  return `Generated images are kept in ${folder}, each as ${folder}/<image id>.png. To use one elsewhere, copy it; leave the original where it is unless the user asks for it to be deleted.`;
}
