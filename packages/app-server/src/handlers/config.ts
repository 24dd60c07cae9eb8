import { ConfigWriteError, readConfig, readRequirements, writeConfig, type ConfigWriteRequest } from "@codex-ts/config";
import { refuseNetworkContradictions } from "@codex-ts/core";
import type { RequestMessage } from "@codex-ts/protocol/rpc";
import type {
  ConfigEdit,
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
  "config/value/write": ({ keyPath, value, mergeStrategy, filePath, expectedVersion }, { server, received }) =>
    write(server, {
      ...asReceived([{ keyPath, value, mergeStrategy }], [received.params], received.numbers),
      filePath: filePath ?? null,
      expectedVersion: expectedVersion ?? null,
    }),
  "config/batchWrite": async ({ edits, filePath, expectedVersion, reloadUserConfig }, { server, received }) => {
    const written = await write(server, {
      ...asReceived(edits, (received.params as { edits?: unknown } | null)?.edits, received.numbers),
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

/** The edits with the very values that came, so that it is known how their numbers were written. */
function asReceived(
  edits: readonly ConfigEdit[],
  given: unknown,
  numbers: RequestMessage["numbers"],
): Pick<ConfigWriteRequest, "edits" | "numbers"> {
  if (numbers.size === 0 || !Array.isArray(given)) return { edits: edits as ConfigWriteRequest["edits"] };
  const texts = new Map(numbers);
  const same = edits.map((edit, at) => {
    const source: unknown = given[at];
    if (typeof source !== "object" || source === null || !("value" in source)) return edit;
    const own = { ...edit, value: source.value as ConfigEdit["value"] };
    const written = numbers.get(source);
    if (written !== undefined) texts.set(own, written);
    return own;
  });
  return { edits: same as ConfigWriteRequest["edits"], numbers: texts };
}

async function read({ cwd, includeLayers }: ConfigReadParams, { server }: RequestContext): Promise<ConfigReadResponse> {
  const runtime = await server.runtime();
  const { featureEnablement, cwd: processCwd } = server;
  const answer = await readConfig(
    { cwd, includeLayers },
    { ...runtime.configRequest({ featureEnablement }), processCwd, check: refuseNetworkContradictions },
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
