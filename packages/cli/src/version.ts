/** The version of the reference program whose wire and decisions this program matches. */
export const compatibleVersion = "0.125.0";

/** This program's own version; the bundler puts the package's version here. */
export const ownVersion: string = typeof __CODEX_TS_VERSION__ === "string" ? __CODEX_TS_VERSION__ : "0.0.0-dev";

/** First line of `--version`: clients compare the first `x.y.z` with the version they need. */
export const versionLine = `codex-cli ${compatibleVersion} (codex-ts ${ownVersion})`;

/** What `exec --version` prints. */
export const execVersionLine = `codex-cli-exec ${compatibleVersion} (codex-ts ${ownVersion})`;

declare const __CODEX_TS_VERSION__: string | undefined;
