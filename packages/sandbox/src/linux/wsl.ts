/** Whether the text of `/proc/version` is that of WSL1, which cannot run bubblewrap (section 2). */
export function isWsl1(procVersion: string): boolean {
  const text = procVersion.toLowerCase();
  const numbered = /wsl(\d+)/.exec(text);
  if (numbered) return Number(numbered[1]) === 1;
  return text.includes("microsoft") && !text.includes("microsoft-standard");
}
