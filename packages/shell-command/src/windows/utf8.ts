/** Put before a PowerShell script at execution, so that its output is UTF-8. */
export const POWERSHELL_UTF8_PREFIX = "[Console]::OutputEncoding=[System.Text.Encoding]::UTF8;\n";

/** The script with the prefix, once. */
export function withUtf8Output(script: string): string {
  return script.trimStart().startsWith(POWERSHELL_UTF8_PREFIX.trimEnd()) ? script : POWERSHELL_UTF8_PREFIX + script;
}
