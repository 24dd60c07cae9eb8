const BANNED = [
  "python3",
  "python3 -",
  "python3 -c",
  "python",
  "python -",
  "python -c",
  "py",
  "py -3",
  "pythonw",
  "pyw",
  "pypy",
  "pypy3",
  "git",
  "bash",
  "bash -lc",
  "sh",
  "sh -c",
  "sh -lc",
  "zsh",
  "zsh -lc",
  "/bin/zsh",
  "/bin/zsh -lc",
  "/bin/bash",
  "/bin/bash -lc",
  "pwsh",
  "pwsh -Command",
  "pwsh -c",
  "powershell",
  "powershell -Command",
  "powershell -c",
  "powershell.exe",
  "powershell.exe -Command",
  "powershell.exe -c",
  "env",
  "sudo",
  "node",
  "node -e",
  "perl",
  "perl -e",
  "ruby",
  "ruby -e",
  "php",
  "php -r",
  "lua",
  "lua -e",
  "osascript",
];

/** Prefixes that a model may not suggest: an allow rule for one of them allows nearly everything (section 9.8). */
export const BANNED_PREFIXES: readonly (readonly string[])[] = BANNED.map(text => text.split(" "));

const BANNED_KEYS = new Set(BANNED_PREFIXES.map(words => JSON.stringify(words)));

/** True when the words are exactly one of the banned prefixes; a longer prefix is not. */
export function isBannedPrefix(prefix: readonly string[]): boolean {
  return BANNED_KEYS.has(JSON.stringify(prefix));
}
