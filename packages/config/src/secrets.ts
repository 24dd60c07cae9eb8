/** Keys whose values may be secrets: they are never repeated in errors. */
const SECRET_KEY =
  /bearer_token(?!_env_var)|api_key|secret|password|authorization|http_headers|(?:^|\.)env(?:\.|$)|shell_environment_policy\.set/i;

export function isSecretKey(keyPath: string): boolean {
  return SECRET_KEY.test(keyPath) && !/env_http_headers/.test(keyPath);
}

/** A source line for showing: in lines that may hold a secret, what stands in quotes is starred out, column by column. */
export function maskedLine(line: string, keyPath: string | undefined): string {
  const secret =
    (keyPath !== undefined && isSecretKey(keyPath)) || isSecretKey(line.replace(/\s*=.*/, "")) || SECRET_KEY.test(line);
  if (!secret) return line;
  return line.replace(/(["'])(?:(?!\1).)*(\1|$)/g, quoted => {
    const closed = quoted.length > 1 && quoted.endsWith(quoted.charAt(0));
    return `${quoted.charAt(0)}${"*".repeat(quoted.length - (closed ? 2 : 1))}${closed ? quoted.charAt(0) : ""}`;
  });
}

/** A type error's reason without the string it found, for a key that may hold a secret. */
export function maskedReason(reason: string, keyPath: string): string {
  return isSecretKey(keyPath) ? reason.replace(/string "(?:[^"\\]|\\.)*"/g, "string") : reason;
}
