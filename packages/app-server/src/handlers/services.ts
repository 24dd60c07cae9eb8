import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createFolders } from "@codex-ts/apply-patch/node";
import type { FeedbackUploadParams, PluginInstallParams } from "@codex-ts/protocol";
import { type Config, ConfigEdits } from "@codex-ts/config";
import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { internal, invalidRequest } from "../errors.ts";
import type { AppServer } from "../server.ts";
import { threadId } from "../threads/ids.ts";
import { reloadedConfig, unwritten } from "../threads/load-checked.ts";

/** Services around the agent that this server has no stock of: their lists are empty, and nothing in them can be found. */
export const handlers: HandlerTable = {
  "app/list": async ({ threadId: about }, { server }) => {
    await reloadedConfig(server);
    if (typeof about === "string") threadId(about);
    return { data: [], nextCursor: null };
  },
  "plugin/list": async (_, { server }) => {
    await reloadedConfig(server);
    return { marketplaces: [], marketplaceLoadErrors: [], featuredPluginIds: [] };
  },
  "plugin/read": async (params, { server }) => {
    checkPlace("plugin/read", params);
    const { config } = await reloadedConfig(server);
    if (typeof params.marketplacePath === "string" && config.features["plugins"] === false) {
      throw invalidRequest("plugins feature is disabled");
    }
    throw unknownPlugin("read", params, hasRemotePlugins(config));
  },
  "plugin/install": async (params, { server }) => {
    checkPlace("plugin/install", params);
    const isRemote = typeof params.remoteMarketplaceName === "string";
    throw unknownPlugin("install", params, isRemote && hasRemotePlugins((await reloadedConfig(server)).config));
  },
  "plugin/uninstall": async ({ pluginId }, { server }) => {
    checkPluginKey(pluginId);
    await forget(server, ["plugins", pluginId], "failed to clear plugin config");
    return {};
  },
  "marketplace/add": ({ source }) => {
    throw invalidRequest(`invalid marketplace source format: ${source}`);
  },
  "marketplace/remove": async ({ marketplaceName }, { server }) => {
    if (marketplaceName === "") throw invalidRequest("invalid marketplace name: must not be empty");
    if (!PLAIN_NAME.test(marketplaceName)) throw invalidRequest(`invalid marketplace name: ${PLAIN_NAME_RULE}`);
    const trouble = `failed to remove marketplace '${marketplaceName}' from user config.toml`;
    if (await forget(server, ["marketplaces", marketplaceName], trouble))
      return { marketplaceName, installedRoot: null };
    throw invalidRequest(`marketplace \`${marketplaceName}\` is not configured or installed`);
  },
  "marketplace/upgrade": async ({ marketplaceName }, { server }) => {
    await reloadedConfig(server);
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

function hasRemotePlugins({ features }: Config): boolean {
  return features["plugins"] !== false && features["remote_plugin"] === true;
}

function checkPlace(method: string, { marketplacePath, remoteMarketplaceName }: PluginInstallParams): void {
  if ((typeof marketplacePath === "string") !== (typeof remoteMarketplaceName === "string")) return;
  throw invalidRequest(`${method} requires exactly one of marketplacePath or remoteMarketplaceName`);
}

/** @param isRemote whether remote marketplaces are switched on */
function unknownPlugin(verb: "read" | "install", params: PluginInstallParams, isRemote: boolean): Error {
  const { marketplacePath, remoteMarketplaceName, pluginName } = params;
  if (typeof marketplacePath === "string" && !existsSync(marketplacePath)) {
    return invalidRequest(`marketplace file \`${marketplacePath}\` does not exist`);
  }
  if (typeof remoteMarketplaceName === "string" && !isRemote) {
    return invalidRequest(`remote plugin ${verb} is not enabled for marketplace ${remoteMarketplaceName}`);
  }
  const marketplace = marketplacePath ?? remoteMarketplaceName;
  return invalidRequest(`plugin \`${pluginName}\` was not found in marketplace \`${marketplace}\``);
}

function checkPluginKey(key: string): void {
  const [, plugin, marketplace] = /^(.+)@([^@]+)$/.exec(key) ?? [];
  if (plugin === undefined || marketplace === undefined) {
    throw invalidRequest(`invalid plugin key \`${key}\`; expected <plugin>@<marketplace>`);
  }
  for (const [name, segment] of Object.entries({ plugin, marketplace })) {
    if (PLAIN_NAME.test(segment)) continue;
    throw invalidRequest(`invalid ${name} name: ${PLAIN_NAME_RULE} in \`${key}\``);
  }
}

const PLAIN_NAME = /^[A-Za-z0-9_-]+$/;
const PLAIN_NAME_RULE = "only ASCII letters, digits, `_`, and `-` are allowed";

/** Takes an entry out of the user's settings; whether there was one. @throws RpcError internal, `<trouble>: <why>` */
async function forget(server: AppServer, entry: readonly string[], trouble: string): Promise<boolean> {
  const { changed } = await new ConfigEdits(server.options.codexHome)
    .clear(entry)
    .apply()
    .catch((error: unknown) => {
      throw unwritten(trouble, error);
    });
  return changed;
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
