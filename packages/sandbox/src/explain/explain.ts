import { nodePathFs } from "@codex-ts/permissions/node";
import type { SandboxEngine } from "../choose.ts";
import { sandboxEnvironment } from "../environment.ts";
import { SandboxError, type SandboxErrorCode } from "../errors.ts";
import { planLandlock } from "../linux/landlock.ts";
import { isPlaceholder } from "../linux/placeholders.ts";
import { type MountStep, planSandbox } from "../linux/plan.ts";
import { denyGlobMatches, prepare, type SandboxContext } from "../prepare.ts";

/** One rule of a sandbox in words. */
export interface ExplainedRule {
  /** What holds at and below the path, until a later rule says otherwise. */
  access: "read" | "write" | "hidden" | "blocked" | "private";
  path: string;
  why: string;
}

/** What would happen to a command, without running it. Plain JSON. */
export interface SandboxExplanation {
  command: string[];
  cwd: string;
  engine: SandboxEngine | "error";
  reason: string;
  /** Set when nothing would be run. */
  error: { code: SandboxErrorCode; message: string } | null;
  network: { access: "full" | "proxy" | "none"; how: string[] };
  /** In the order they are applied: for a path, the last rule that contains it decides. */
  rules: ExplainedRule[];
  /** What the engine does not enforce, in words. */
  limits: string[];
  /** Variables this sandbox sets for the command. */
  environment: Record<string, string>;
}

/** Says what would confine a command and how. Nothing is run but, once per process, the probe. */
export async function explainSandbox(argv: readonly string[], ctx: SandboxContext): Promise<SandboxExplanation> {
  const { policy, choice } = await prepare(ctx);
  const restricted = ctx.profile !== null && policy.network === "restricted";
  const explanation: SandboxExplanation = {
    command: [...argv],
    cwd: ctx.cwd,
    engine: choice.engine,
    reason: choice.reason,
    error: null,
    network: { access: ctx.network === "proxy" ? "proxy" : restricted ? "none" : "full", how: [] },
    rules: [],
    limits: [],
    environment: choice.engine === "error" ? {} : sandboxEnvironment({}, choice.engine, policy.network),
  };
  try {
    switch (choice.engine) {
      case "error":
        throw choice.error;
      case "bwrap": {
        const globMatches = await denyGlobMatches(policy);
        const plan = planSandbox({
          policy,
          globMatches,
          commandCwd: ctx.cwd,
          facts: choice.facts,
          fs: nodePathFs,
          isPlaceholder,
          proxied: ctx.network === "proxy",
        });
        explanation.rules = plan.mounts.flatMap(ruleOfMount);
        if (ctx.network === "proxy") {
          explanation.network.how.push("the command's own network holds nothing but a bridge to the proxy");
          explanation.network.how.push("a system call filter refuses sockets that are not for the internet");
        } else if (plan.unshareNetwork) explanation.network.how.push("the command sees no network interface");
        if (plan.seccomp === "restricted")
          explanation.network.how.push("a system call filter refuses sockets and connections");
        if (!plan.mountProc) explanation.limits.push("processes of the host are visible");
        break;
      }
      case "landlock": {
        const plan = planLandlock(policy, choice.mode, choice.abi, nodePathFs);
        const read = plan.rules.find(({ path }) => path === "/")?.access;
        explanation.rules = plan.rules.map(({ path, access, why }) => ({
          access: access === plan.handled && access !== read ? "write" : "read",
          path,
          why,
        }));
        if (restricted) explanation.network.how.push("a system call filter refuses sockets and connections");
        explanation.limits.push(
          ...plan.unenforced.map(path => `${path} is not protected: Landlock knows no exceptions`),
        );
        explanation.limits.push("owner, mode and time stamps of files outside writable folders can be changed");
        explanation.limits.push("processes of the host are visible");
        break;
      }
      case "seccomp":
        explanation.network.how.push("a system call filter refuses sockets and connections");
        break;
      default:
        if (restricted) explanation.limits.push("the network is closed by somebody else, or not at all");
    }
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    explanation.engine = "error";
    explanation.reason = error.message;
    explanation.error = { code: error.code, message: error.message };
  }
  return explanation;
}

function ruleOfMount(step: MountStep): ExplainedRule[] {
  const { why } = step;
  switch (step.op) {
    case "read-only":
      return [{ access: "read", path: step.path, why }];
    case "writable":
      return [{ access: "write", path: step.path, why }];
    case "host-root":
      return [{ access: "write", path: "/", why }];
    case "devices":
      return [{ access: "private", path: "/dev", why }];
    case "tmpfs":
      return [{ access: "hidden", path: step.path, why }];
    case "hide-file":
      return [{ access: "hidden", path: step.path, why }];
    case "block-missing":
      return [{ access: "blocked", path: step.path, why }];
    case "directory":
    case "seal":
      return [];
  }
}

const words: Readonly<Record<ExplainedRule["access"], string>> = {
  read: "may be read",
  write: "may be written",
  hidden: "is hidden",
  blocked: "cannot be made",
  private: "is the command's own",
};

/** The explanation for people. */
export function formatExplanation(explanation: SandboxExplanation): string {
  const { command, cwd, engine, reason, error, network, rules, limits, environment } = explanation;
  const lines = [`command: ${command.join(" ")}`, `in: ${cwd}`];
  if (error) return [...lines, `would not run: ${error.message}`, ""].join("\n");
  lines.push(`engine: ${engine} (${reason})`);
  lines.push(`network: ${network.access}${network.how.map(text => `\n  ${text}`).join("")}`);
  if (rules.length > 0) lines.push("files, the last rule that fits decides:");
  for (const { access, path, why } of rules) lines.push(`  ${path} ${words[access]}: ${why}`);
  if (limits.length > 0) lines.push("not enforced here:", ...limits.map(limit => `  ${limit}`));
  const set = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  if (set.length > 0) lines.push(`set for the command: ${set.join(" ")}`);
  return [...lines, ""].join("\n");
}
