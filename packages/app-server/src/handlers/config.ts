import { ConfigWriteError, readConfig, readRequirements, writeConfig, type ConfigWriteRequest } from "@codex-ts/config";
import type {
  ConfigReadParams,
  ConfigReadResponse,
  ConfigRequirementsReadResponse,
  ConfigWriteResponse,
} from "@codex-ts/protocol";
import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { invalidRequest } from "../errors.ts";
import type { AppServer } from "../server.ts";
import { reloadThreads } from "../threads/reload.ts";

/** Settings, read and written. */

export const handlers: HandlerTable = {
  "config/read": read,
  "config/value/write": ({ keyPath, value, mergeStrategy, filePath, expectedVersion }, { server }) =>
    write(server, {
      edits: [{ keyPath, value: value as never, mergeStrategy }],
      filePath: filePath ?? null,
      expectedVersion: expectedVersion ?? null,
    }),
  "config/batchWrite": async ({ edits, filePath, expectedVersion, reloadUserConfig }, { server }) => {
    const written = await write(server, {
      edits: edits as ConfigWriteRequest["edits"],
      filePath: filePath ?? null,
      expectedVersion: expectedVersion ?? null,
    });
    if (reloadUserConfig === true) await reloadThreads(server, (thread, config) => thread.reloadUserConfig(config));
    return written;
  },
  "configRequirements/read": async (_, { server }) => {
    const runtime = await server.runtime();
    return (await readRequirements(runtime.configRequest())) as ConfigRequirementsReadResponse;
  },
};

async function read({ cwd, includeLayers }: ConfigReadParams, { server }: RequestContext): Promise<ConfigReadResponse> {
  const runtime = await server.runtime();
  const { featureEnablement, cwd: processCwd } = server;
  const answer = await readConfig(
    { cwd, includeLayers },
    { ...runtime.configRequest({ featureEnablement }), processCwd },
  );
  return answer as unknown as ConfigReadResponse;
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
