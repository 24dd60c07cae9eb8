export { FileChange, ParsedCommand } from "./commands.ts";
export { ExecPolicyAmendment, NetworkPolicyAmendment, NetworkPolicyRuleAction, ReviewDecision } from "./decisions.ts";
export { SessionSource, SubAgentSource } from "./session-source.ts";
