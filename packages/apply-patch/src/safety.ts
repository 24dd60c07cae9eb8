/** What is known when a patch is to be approved or not (section 7). */
export interface PatchSafetyInput {
  /** Every absolute path the patch touches; none means that the patch is empty. */
  touched: readonly string[];
  /** `granular` says whether that policy lets the sandbox be asked about. */
  approvalPolicy: "untrusted" | "on-failure" | "on-request" | "never" | { granular: { sandbox_approval: boolean } };
  /** Whether the effective file-system policy lets an absolute path be written. */
  isWritable: (path: string) => boolean;
  /** What confines the turn: nothing (full access), somebody else, or this program. */
  sandbox: "danger-full-access" | "external" | "read-only" | "managed";
  /** Whether this platform can sandbox the write. */
  platformSandbox: boolean;
}

export type PatchSafety =
  | { decision: "auto-approve"; sandboxed: boolean }
  | { decision: "ask" }
  | { decision: "reject"; reason: string };

/** Decides whether a patch runs, is asked about, or is refused (section 7). */
export function assessPatchSafety(input: PatchSafetyInput): PatchSafety {
  const { approvalPolicy: policy, sandbox } = input;
  if (input.touched.length === 0) return { decision: "reject", reason: "empty patch" };
  if (policy === "untrusted") return { decision: "ask" };
  if (policy === "on-failure" || input.touched.every(path => input.isWritable(path))) {
    if (sandbox === "danger-full-access" || sandbox === "external")
      return { decision: "auto-approve", sandboxed: false };
    if (input.platformSandbox) return { decision: "auto-approve", sandboxed: true };
  }
  const mayAsk = typeof policy === "string" ? policy !== "never" : policy.granular.sandbox_approval;
  if (mayAsk) return { decision: "ask" };
  return {
    decision: "reject",
    reason:
      sandbox === "read-only"
        ? "writing is blocked by read-only sandbox; rejected by user approval settings"
        : "writing outside of the project; rejected by user approval settings",
  };
}
