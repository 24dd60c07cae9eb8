import type { AskForApproval } from "@codex-ts/protocol";

/** After the sandbox stopped a command: may the person be asked to let it run without? */
export function mayRetryCommandUnsandboxed(policy: AskForApproval): boolean {
  if (typeof policy === "object") return policy.granular.sandbox_approval;
  return policy === "on-failure" || policy === "untrusted";
}

/** The same for a patch: here also under `on-request`, since a patch cannot ask for more rights by itself. */
export function mayRetryPatchUnsandboxed(policy: AskForApproval): boolean {
  if (typeof policy === "object") return policy.granular.sandbox_approval;
  return policy !== "never";
}
