/** No option makes `rg` run another program (section 5). Bundled short options are not taken apart. */
export function isSafeRipgrep(args: readonly string[]): boolean {
  return !args.some(
    arg =>
      arg === "--search-zip" ||
      arg === "-z" ||
      arg === "--pre" ||
      arg === "--hostname-bin" ||
      arg.startsWith("--pre=") ||
      arg.startsWith("--hostname-bin="),
  );
}
