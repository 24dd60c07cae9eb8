/** The facts of an `<environment_context>` message. */
export interface EnvironmentFacts {
  cwd: string;
  shell: string;
  /** Local date, `YYYY-MM-DD`. */
  currentDate: string;
  /** IANA name. */
  timezone: string;
  /** What an administrator says about the network; null: nothing. */
  network: NetworkFacts | null;
}

/** As the session file keeps them, too. */
export interface NetworkFacts {
  allowed_domains: readonly string[];
  denied_domains: readonly string[];
}

export function environmentFragment(facts: EnvironmentFacts): string {
  return render(facts.cwd, facts);
}

/** The environment message for a later turn: null when nothing changed; the folder is named only when it changed. */
export function environmentDiff(
  before: { cwd: string; currentDate: string | undefined; timezone: string | undefined; network: NetworkFacts | null },
  now: EnvironmentFacts,
): string | null {
  const moved = before.cwd !== now.cwd;
  const sameNetwork = JSON.stringify(before.network) === JSON.stringify(now.network);
  if (!moved && sameNetwork && before.currentDate === now.currentDate && before.timezone === now.timezone) return null;
  return render(moved ? now.cwd : null, now);
}

function render(cwd: string | null, facts: EnvironmentFacts): string {
  const lines = [
    ...(cwd === null ? [] : [`  <cwd>${cwd}</cwd>`]),
    `  <shell>${facts.shell}</shell>`,
    `  <current_date>${facts.currentDate}</current_date>`,
    `  <timezone>${facts.timezone}</timezone>`,
    ...(facts.network === null ? [] : networkLines(facts.network)),
  ];
  return `<environment_context>\n${lines.join("\n")}\n</environment_context>`;
}

function networkLines({ allowed_domains: allowed, denied_domains: denied }: NetworkFacts): string[] {
  return [
    '  <network enabled="true">',
    ...allowed.map(host => `    <allowed>${host}</allowed>`),
    ...denied.map(host => `    <denied>${host}</denied>`),
    "  </network>",
  ];
}

/** The local calendar date in a time zone, as `YYYY-MM-DD`. */
export function localDates(timezone: string): (now: number) => string {
  // Making a formatter costs more than everything else that a plain turn computes: one serves all turns of a thread.
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: timezone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  return now => format.format(now);
}
