import * as coreCollab from "./core/collab.ts";
import * as coreCommands from "./core/commands.ts";
import * as coreDecisions from "./core/decisions.ts";
import * as coreErrors from "./core/errors.ts";
import * as coreEventMsg from "./core/event-msg.ts";
import * as coreEventParts from "./core/event-parts.ts";
import * as coreExec from "./core/exec.ts";
import * as coreGuardian from "./core/guardian.ts";
import * as coreHooks from "./core/hooks.ts";
import * as coreItems from "./core/items.ts";
import * as coreMcp from "./core/mcp.ts";
import * as coreOp from "./core/op.ts";
import * as coreOpParts from "./core/op-parts.ts";
import * as corePermissions from "./core/permissions.ts";
import * as coreRealtime from "./core/realtime.ts";
import * as coreReview from "./core/review.ts";
import * as coreRollout from "./core/rollout.ts";
import * as coreSessionMeta from "./core/session-meta.ts";
import * as coreSessionSource from "./core/session-source.ts";
import * as coreSkills from "./core/skills.ts";
import * as coreTurnContext from "./core/turn-context.ts";
import * as coreUsage from "./core/usage.ts";
import * as modelsContent from "./models/content.ts";
import * as modelsResponseItem from "./models/response-item.ts";
import * as rpcEnvelopes from "./rpc/envelopes.ts";
import * as sharedFuzzyFileSearch from "./shared/fuzzy-file-search.ts";
import * as sharedIds from "./shared/ids.ts";
import * as sharedMcp from "./shared/mcp.ts";
import * as sharedRealtime from "./shared/realtime.ts";
import * as sharedSettings from "./shared/settings.ts";
import * as v1Approvals from "./v1/approvals.ts";
import * as v1Conversations from "./v1/conversations.ts";
import * as v1Initialize from "./v1/initialize.ts";
import * as v1InputItem from "./v1/input-item.ts";
import * as v1RetiredConversations from "./v1/retired-conversations.ts";
import * as v1RetiredSettings from "./v1/retired-settings.ts";
import * as v2Account from "./v2/account.ts";
import * as v2Approvals from "./v2/approvals.ts";
import * as v2Apps from "./v2/apps.ts";
import * as v2CommandAction from "./v2/command-action.ts";
import * as v2CommandExec from "./v2/command-exec.ts";
import * as v2ConfigRequirements from "./v2/config-requirements.ts";
import * as v2ConfigWrite from "./v2/config-write.ts";
import * as v2Config from "./v2/config.ts";
import * as v2DeviceKey from "./v2/device-key.ts";
import * as v2DynamicTools from "./v2/dynamic-tools.ts";
import * as v2Elicitation from "./v2/elicitation.ts";
import * as v2Errors from "./v2/errors.ts";
import * as v2ExternalAgentConfig from "./v2/external-agent-config.ts";
import * as v2Features from "./v2/features.ts";
import * as v2Fs from "./v2/fs.ts";
import * as v2Guardian from "./v2/guardian.ts";
import * as v2Hooks from "./v2/hooks.ts";
import * as v2ItemProgress from "./v2/item-progress.ts";
import * as v2Items from "./v2/items.ts";
import * as v2Marketplace from "./v2/marketplace.ts";
import * as v2Mcp from "./v2/mcp.ts";
import * as v2Models from "./v2/models.ts";
import * as v2Notices from "./v2/notices.ts";
import * as v2Permissions from "./v2/permissions.ts";
import * as v2Plugins from "./v2/plugins.ts";
import * as v2Policies from "./v2/policies.ts";
import * as v2RateLimits from "./v2/rate-limits.ts";
import * as v2Review from "./v2/review.ts";
import * as v2Skills from "./v2/skills.ts";
import * as v2ThreadControl from "./v2/thread-control.ts";
import * as v2ThreadLifecycle from "./v2/thread-lifecycle.ts";
import * as v2ThreadList from "./v2/thread-list.ts";
import * as v2ThreadRealtime from "./v2/thread-realtime.ts";
import * as v2Thread from "./v2/thread.ts";
import * as v2Turns from "./v2/turns.ts";
import * as v2UserInput from "./v2/user-input.ts";
import * as v2Windows from "./v2/windows.ts";
import { isNamed, type NamedSchema } from "./wire/index.ts";

export { type Mark, markOf } from "./wire/marks.ts";

type Types = Readonly<Record<string, NamedSchema>>;

function typesOf(...modules: readonly Readonly<Record<string, unknown>>[]): Types {
  const entries = modules.flatMap(module => Object.entries(module));
  return Object.fromEntries(entries.filter((entry): entry is [string, NamedSchema] => isNamed(entry[1])));
}

/**
 * Every wire type by the part of the protocol it belongs to and its name; for generators of schemas and documents, and
 * for tests that must not forget a type.
 */
export const wireTypes = {
  v2: typesOf(
    v2Account,
    v2Approvals,
    v2Apps,
    v2CommandAction,
    v2CommandExec,
    v2ConfigRequirements,
    v2ConfigWrite,
    v2Config,
    v2DeviceKey,
    v2DynamicTools,
    v2Elicitation,
    v2Errors,
    v2ExternalAgentConfig,
    v2Features,
    v2Fs,
    v2Guardian,
    v2Hooks,
    v2ItemProgress,
    v2Items,
    v2Marketplace,
    v2Mcp,
    v2Models,
    v2Notices,
    v2Permissions,
    v2Plugins,
    v2Policies,
    v2RateLimits,
    v2Review,
    v2Skills,
    v2ThreadControl,
    v2ThreadLifecycle,
    v2ThreadList,
    v2ThreadRealtime,
    v2Thread,
    v2Turns,
    v2UserInput,
    v2Windows,
  ),
  shared: typesOf(sharedFuzzyFileSearch, sharedIds, sharedMcp, sharedRealtime, sharedSettings),
  v1: typesOf(v1Approvals, v1Conversations, v1Initialize, v1InputItem, v1RetiredConversations, v1RetiredSettings),
  models: typesOf(modelsContent, modelsResponseItem),
  core: typesOf(
    coreCollab,
    coreCommands,
    coreDecisions,
    coreErrors,
    coreEventMsg,
    coreEventParts,
    coreExec,
    coreGuardian,
    coreHooks,
    coreItems,
    coreMcp,
    coreOp,
    coreOpParts,
    corePermissions,
    coreRealtime,
    coreReview,
    coreRollout,
    coreSessionMeta,
    coreSessionSource,
    coreSkills,
    coreTurnContext,
    coreUsage,
  ),
  rpc: typesOf(rpcEnvelopes),
} as const satisfies Readonly<Record<string, Types>>;
