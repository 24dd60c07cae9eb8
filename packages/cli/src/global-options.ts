/** Values that every command takes, in the order they were given. */
export interface GlobalOptions {
  config?: string[];
  enable?: string[];
  disable?: string[];
}

/** What `--enable` and `--disable` name, of the command and its parents. */
export function featureFlags(levels: readonly GlobalOptions[]): string[] {
  return levels.flatMap(level => [...(level.enable ?? []), ...(level.disable ?? [])]);
}

/**
 * All `-c` values in order, those before the subcommand first, then `--enable` and `--disable` as overrides
 * of `features.NAME`.
 */
export function overrideArguments(...levels: GlobalOptions[]): string[] {
  const values = levels.flatMap(level => level.config ?? []);
  const on = levels.flatMap(level => level.enable ?? []).map(name => `features.${name}=true`);
  const off = levels.flatMap(level => level.disable ?? []).map(name => `features.${name}=false`);
  return [...values, ...on, ...off];
}
