import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createFolders } from "@codex-ts/apply-patch/node";
import type { FeedbackUploadParams, PluginInstallParams } from "@codex-ts/protocol";
import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { internal, invalidRequest } from "../errors.ts";
import { threadId } from "../threads/ids.ts";

/** Services around the agent that this server has no stock of: their lists are empty, and nothing in them can be found. */
export const handlers: HandlerTable = {
  "app/list": ({ threadId: about }) => {
    if (typeof about === "string") threadId(about);
    return { data: [], nextCursor: null };
  },
  "plugin/list": () => ({ marketplaces: [], marketplaceLoadErrors: [], featuredPluginIds: [] }),
  "plugin/read": params => {
    throw unknownPlugin("plugin/read", params);
  },
  "plugin/install": params => {
    throw unknownPlugin("plugin/install", params);
  },
  "plugin/uninstall": ({ pluginId }) => {
    if (!/^[^@]+@[^@]+$/.test(pluginId)) {
      throw invalidRequest(`invalid plugin key \`${pluginId}\`; expected <plugin>@<marketplace>`);
    }
    return {};
  },
  "marketplace/add": ({ source }) => {
    throw invalidRequest(`invalid marketplace source format: ${source}`);
  },
  "marketplace/remove": ({ marketplaceName }) => {
    if (marketplaceName === "") throw invalidRequest("invalid marketplace name: must not be empty");
    if (!/^[A-Za-z0-9_-]+$/.test(marketplaceName)) {
      throw invalidRequest("invalid marketplace name: only ASCII letters, digits, `_`, and `-` are allowed");
    }
    throw invalidRequest(`marketplace \`${marketplaceName}\` is not configured or installed`);
  },
  "marketplace/upgrade": ({ marketplaceName }) => {
    if (typeof marketplaceName === "string") {
      throw invalidRequest(`marketplace \`${marketplaceName}\` is not configured as a Git marketplace`);
    }
    return { selectedMarketplaces: [], upgradedRoots: [], errors: [] };
  },
  "device/key/create": ({ accountUserId, clientId }, context) => {
    refuseRemote("device/key/create", context);
    for (const [name, value] of Object.entries({ accountUserId, clientId })) {
      if (value === "") throw invalidRequest(`invalid device key payload: ${name} must not be empty`);
    }
    throw noDeviceKeys();
  },
  "device/key/public": ({ keyId }, context) => refuseDeviceKey("device/key/public", context, keyId),
  "device/key/sign": ({ keyId }, context) => refuseDeviceKey("device/key/sign", context, keyId),
  "externalAgentConfig/detect": () => ({ items: [] }),
  "externalAgentConfig/import": ({ migrationItems }, context) => {
    const plugins = migrationItems.filter(({ itemType }) => itemType === "PLUGINS");
    if (plugins.some(({ details }) => !details)) throw internal("plugins migration item is missing details");
    if (plugins.length > 0) {
      context.afterReply(() => context.server.broadcast("externalAgentConfig/import/completed", {}));
    }
    return {};
  },
  "windowsSandbox/setupStart": ({ mode }, context) => {
    const error = `${mode === "unelevated" ? "legacy" : mode} Windows sandbox setup is only supported on Windows`;
    context.afterReply(() =>
      context.connection.notify("windowsSandbox/setupCompleted", { mode, success: false, error }),
    );
    return { started: true };
  },
  "feedback/upload": uploadFeedback,
};

function unknownPlugin(method: string, params: PluginInstallParams): Error {
  const { marketplacePath, remoteMarketplaceName, pluginName } = params;
  const named = [marketplacePath, remoteMarketplaceName].filter(name => typeof name === "string");
  if (named.length !== 1) {
    return invalidRequest(`${method} requires exactly one of marketplacePath or remoteMarketplaceName`);
  }
  return invalidRequest(`plugin \`${pluginName}\` was not found in marketplace \`${named[0]}\``);
}

const DEVICE_KEY_ID = /^dk_(?:hse|tpm|osn)_[A-Za-z0-9_-]{43}$/;

function refuseDeviceKey(method: string, context: RequestContext, keyId: string): never {
  refuseRemote(method, context);
  if (!DEVICE_KEY_ID.test(keyId)) {
    const form = "dk_hse_, dk_tpm_, or dk_osn_ followed by unpadded base64url-encoded 32 bytes";
    throw invalidRequest(`invalid device key payload: keyId must be ${form}`);
  }
  throw noDeviceKeys();
}

function refuseRemote(method: string, { connection }: RequestContext): void {
  const { kind } = connection.link;
  if (kind === "websocket" || kind === "unix")
    throw invalidRequest(`${method} is not available over remote transports`);
}

const noDeviceKeys = () => invalidRequest("hardware-backed device keys are not available on this platform");

/** Feedback goes to a file: this server sends nothing to anybody. */
async function uploadFeedback(params: FeedbackUploadParams, { server }: RequestContext) {
  const { config } = await server.baseConfig();
  if (!config.feedbackEnabled) throw invalidRequest("sending feedback is disabled by configuration");
  const given = params.threadId ?? null;
  const about = given === null ? `no-active-thread-${randomUUID()}` : threadId(given);
  const folder = path.join(server.options.codexHome, "feedback");
  await createFolders(folder);
  const { classification, reason } = params;
  const text = JSON.stringify(
    { threadId: about, classification, reason: reason ?? null, at: new Date().toISOString() },
    null,
    2,
  );
  await writeFile(path.join(folder, `${about}-${Date.now()}.json`), `${text}\n`, { mode: 0o600 });
  return { threadId: about };
}
