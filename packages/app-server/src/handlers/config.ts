import { configReadResponse, ConfigWriteError, writeConfig, type ConfigWriteRequest } from "@codex-ts/config";
import path from "node:path";
import type { ConfigReadParams, ConfigReadResponse, ConfigRequirements, ConfigWriteResponse } from "@codex-ts/protocol";
import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { invalidRequest } from "../errors.ts";
import type { AppServer } from "../server.ts";

/** Settings, read and written. */
export const handlers: HandlerTable = {
  "config/read": read,
  "config/value/write": ({ keyPath, value, mergeStrategy, filePath, expectedVersion }, { server }) =>
    write(server, {
      edits: [{ keyPath, value: value as never, mergeStrategy }],
      filePath: filePath ?? null,
      expectedVersion: expectedVersion ?? null,
    }),
  "config/batchWrite": ({ edits, filePath, expectedVersion }, { server }) =>
    write(server, {
      edits: edits as ConfigWriteRequest["edits"],
      filePath: filePath ?? null,
      expectedVersion: expectedVersion ?? null,
    }),
  "configRequirements/read": async (_, { server }) => {
    const { requirements } = await server.baseConfig();
    return { requirements: requirementsView(requirements) };
  },
};

async function read({ cwd, includeLayers }: ConfigReadParams, { server }: RequestContext): Promise<ConfigReadResponse> {
  const runtime = await server.runtime();
  const folder = cwd === undefined || cwd === null ? undefined : path.resolve(server.cwd, cwd);
  const { stack } = await runtime.loadConfig({
    ...(folder === undefined ? {} : { cwd: folder }),
    featureEnablement: server.featureEnablement,
  });
  const answer = configReadResponse(stack, {
    includeLayers,
    processCwd: server.cwd,
    featureEnablement: server.featureEnablement,
  });
  return { ...answer, layers: answer.layers ?? null } as unknown as ConfigReadResponse;
}

async function write(server: AppServer, request: ConfigWriteRequest): Promise<ConfigWriteResponse> {
  const load = {
    codexHome: server.options.codexHome,
    env: server.env,
    cliOverrides: server.options.cliOverrides ?? [],
  };
  try {
    return (await writeConfig(request, load)) as ConfigWriteResponse;
  } catch (error) {
    if (error instanceof ConfigWriteError) {
      throw invalidRequest(error.message, { config_write_error_code: error.writeCode });
    }
    throw error;
  }
}

type Requirements = Awaited<ReturnType<AppServer["baseConfig"]>>["requirements"];

/** Null when nobody requires anything. Network rules are shown as maps and as the older lists. */
function requirementsView(all: Requirements): ConfigRequirements | null {
  const { allowedApprovalPolicies, allowedApprovalsReviewers, allowedSandboxModes, allowedWebSearchModes } = all;
  const { features, enforceResidency, network } = all;
  const set = [
    allowedApprovalPolicies,
    allowedApprovalsReviewers,
    allowedSandboxModes,
    allowedWebSearchModes,
    features,
    enforceResidency,
    network,
  ];
  if (set.every(requirement => requirement === undefined)) return null;
  return {
    allowedApprovalPolicies: allowedApprovalPolicies?.value ?? null,
    allowedApprovalsReviewers: allowedApprovalsReviewers?.value ?? null,
    allowedSandboxModes: allowedSandboxModes?.value.filter(mode => mode !== "external-sandbox") ?? null,
    allowedWebSearchModes: allowedWebSearchModes?.value ?? null,
    featureRequirements: features?.value ?? null,
    hooks: null,
    enforceResidency: enforceResidency?.value ?? null,
    network: network === undefined ? null : networkView(network.value),
  };
}

function networkView(rules: NonNullable<Requirements["network"]>["value"]): ConfigRequirements["network"] {
  const named = <T extends string>(map: Record<string, T> | undefined, wanted: T): string[] | null => {
    const names = Object.entries(map ?? {}).flatMap(([name, value]) => (value === wanted ? [name] : []));
    return names.length === 0 ? null : names;
  };
  return {
    enabled: rules.enabled ?? null,
    httpPort: rules.httpPort ?? null,
    socksPort: rules.socksPort ?? null,
    allowUpstreamProxy: rules.allowUpstreamProxy ?? null,
    dangerouslyAllowNonLoopbackProxy: rules.dangerouslyAllowNonLoopbackProxy ?? null,
    dangerouslyAllowAllUnixSockets: rules.dangerouslyAllowAllUnixSockets ?? null,
    domains: rules.domains ?? null,
    managedAllowedDomainsOnly: rules.managedAllowedDomainsOnly ?? null,
    allowedDomains: named(rules.domains, "allow"),
    deniedDomains: named(rules.domains, "deny"),
    unixSockets: rules.unixSockets ?? null,
    allowUnixSockets: named(rules.unixSockets, "allow"),
    allowLocalBinding: rules.allowLocalBinding ?? null,
  };
}
