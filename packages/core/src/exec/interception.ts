import { join } from "node:path";
import type { EscalationSession, RunOptions } from "@codex-ts/sandbox";
import { type ExecveOutcome, requestExecve } from "../approvals/execve.ts";
import type { CallRights } from "../approvals/call-rights.ts";
import { Rejected } from "../approvals/decision.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { attemptProfile } from "./attempt.ts";
import { sandboxHost } from "./sandbox-host.ts";
import type { TimeLimit } from "./time-limit.ts";

/** What of a shell command's run changes when its programs are intercepted. */
export interface Interception {
  session: EscalationSession;
  options: Pick<RunOptions, "inherit"> & { env: Record<string, string> };
}

export interface InterceptedRun {
  callId: string;
  rights: CallRights;
  /** The environment that the shell gets. */
  env: Readonly<Record<string, string>>;
  network: "proxy" | undefined;
  limit: TimeLimit;
}

const UNSEEN =
  "not run: rules forbid programs or want them to be asked about, and with `features.shell_zsh_fork` the programs of a shell must be seen one by one, which cannot be done here";

/** The first descriptor after the standard streams: what a command inherits begins there. */
const SOCKET_DESCRIPTOR = 3;

/**
 * Makes the programs of one shell call ask before they run. Null: they cannot be made to on this machine, and no rule forbids a program or
 * wants it to be asked about, so the call runs as any other, with a warning. Nothing leaves the sandbox then that was not approved for the
 * whole call.
 * @throws Rejected where they cannot be made to ask and there is such a rule: it might name a program that only its start would show
 */
export async function interceptPrograms(turn: TurnScope, run: InterceptedRun): Promise<Interception | null> {
  const {
    ESCALATION_VARIABLES: names,
    installWrapper,
    SandboxError,
    startEscalation,
  } = await import("@codex-ts/sandbox");
  const { session } = turn;
  // The filter of a command behind the proxy allows no socket that a descriptor could be sent over.
  if (run.network === "proxy") return unseen(turn, "they cannot ask from behind the managed network proxy");
  try {
    const wrapper = await installWrapper(join(session.services.codexHome, "tmp"));
    const escalation = startEscalation(async request => {
      const program = { file: request.file, argv: request.argv, cwd: request.workdir };
      const outcome = await requestExecve(turn, run, program, answer => run.limit.pausedFor(answer));
      return actionOf(turn, run, { ...request, ...program }, outcome);
    });
    return {
      session: escalation,
      options: {
        env: { ...run.env, [names.socket]: String(SOCKET_DESCRIPTOR), [names.wrapper]: wrapper },
        inherit: [escalation.clientSocket],
      },
    };
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return unseen(turn, error.message);
  }
}

function unseen(turn: TurnScope, why: string): null {
  if (turn.session.rules.restricts) throw new Rejected(`${UNSEEN}: ${why}`, false);
  turn.warn(`The programs of a shell command are not asked about one by one: ${why}`);
  return null;
}

type Request = { file: string; argv: readonly string[]; cwd: string; env: Readonly<Record<string, string>> };

function actionOf(turn: TurnScope, run: InterceptedRun, request: Request, outcome: ExecveOutcome) {
  if (outcome.type !== "escalate") return outcome;
  const { settings } = turn.context;
  const { file, argv, cwd, env } = request;
  const profile = attemptProfile(outcome.execution, settings.permissions);
  const command = {
    argv: [file, ...argv.slice(1)],
    arg0: argv[0] ?? file,
    cwd,
    policyCwd: settings.cwd,
    env: profile === null ? trustedEnvironment(env, run.env) : env,
    profile,
    ...sandboxHost(turn.session, profile === null ? undefined : run.network),
  };
  return { type: "escalate" as const, command };
}

/** Variables that make other code run in a program than its own. */
const LOADERS =
  /^(LD_|DYLD_|BASH_ENV$|ENV$|NODE_OPTIONS$|PERL5OPT$|PERL5LIB$|PYTHONPATH$|PYTHONSTARTUP$|RUBYOPT$|GCONV_PATH$|GIO_MODULE)/;

/**
 * The environment of a program that leaves the sandbox. It comes from inside, so what would load other code into the program is taken from
 * the call's own environment: who judged the program judged nothing else.
 */
function trustedEnvironment(
  told: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept = Object.entries(told).filter(([name]) => !LOADERS.test(name));
  const loaders = Object.entries(own).filter(([name]) => LOADERS.test(name));
  return Object.fromEntries([...kept, ...loaders]);
}
