import { CliError } from "../errors.ts";

/** The bare command starts a terminal interface in the reference; this program has none, and says what to use. */
export async function interactiveCommand(): Promise<number> {
  throw new CliError(
    'this program has no interactive terminal interface. Use `codex-ts exec "…"` for one task, or `codex-ts app-server` with an editor or SDK',
  );
}
