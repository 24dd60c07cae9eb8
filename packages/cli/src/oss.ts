import type { ConfigOverrides } from "@codex-ts/config";
import {
  chooseOssProvider,
  ensureLmStudioModel,
  ensureOllamaModel,
  LMSTUDIO_DEFAULT_MODEL,
  nodeFetch,
  OLLAMA_DEFAULT_MODEL,
  OSS_PROVIDERS,
  OssError,
  ProviderError,
  type PullProgress,
  systemClock,
} from "@codex-ts/model-provider";
import { type ConfigRequest, loadCommandConfig } from "./config.ts";
import { CliError } from "./errors.ts";
import { type CommandIo, write } from "./io.ts";
import type { SharedOptions } from "./options.ts";

/**
 * `--oss`: picks the local provider, and makes sure that its server runs and has the model (Ollama pulls a missing one,
 * with progress on stderr).
 * @returns provider and model as overrides
 * @throws CliError when no provider is named, its server does not run, or the model cannot be had
 */
export async function prepareOss(
  request: Pick<ConfigRequest, "cwd" | "levels" | "profile">,
  options: Pick<SharedOptions, "localProvider" | "model">,
  io: CommandIo,
): Promise<ConfigOverrides> {
  const { config } = await loadCommandConfig({ ...request, exec: true }, io);
  try {
    const provider = chooseOssProvider(options.localProvider, config.ossProvider ?? undefined);
    if (provider === null) {
      throw new CliError(
        "No default OSS provider configured. Use --local-provider=provider or set oss_provider to one of: lmstudio, ollama in config.toml",
      );
    }
    const model = options.model ?? (provider === "ollama" ? OLLAMA_DEFAULT_MODEL : LMSTUDIO_DEFAULT_MODEL);
    const baseUrl = config.modelProviders[provider]?.baseUrl;
    if (baseUrl === undefined || baseUrl === null) throw new CliError(`provider ${provider} has no base URL`);
    const services = { baseUrl, fetch: nodeFetch, clock: systemClock };
    if (provider === "ollama") await ensureOllamaModel(services, model, pullProgress(model, io));
    else await ensureLmStudioModel(services, model);
    return { modelProvider: provider, model };
  } catch (error) {
    if (error instanceof ProviderError && options.localProvider !== undefined && isUnknown(options.localProvider)) {
      throw new CliError(`Model provider \`${options.localProvider}\` not found`);
    }
    if (error instanceof OssError || error instanceof ProviderError) throw new CliError(error.message);
    throw error;
  }
}

/** Whether a name means no local provider of today, nor one of an older version. */
function isUnknown(name: string): boolean {
  return name !== "ollama-chat" && !OSS_PROVIDERS.some(id => id === name);
}

/** A progress bar on a terminal; elsewhere one line a tenth. */
function pullProgress(model: string, io: CommandIo): (progress: PullProgress) => void {
  let shown = -1;
  return ({ status, total, completed }) => {
    const percent = total > 0 ? Math.floor((completed / total) * 100) : 0;
    if (io.stderr.isTTY) {
      const filled = Math.round(percent / 5);
      const bar = "█".repeat(filled) + "░".repeat(20 - filled);
      write(io.stderr, `\r\u001b[K${model} ${bar} ${percent}% ${status}`.slice(0, (io.stderr.columns ?? 80) + 4));
      if (status === "success") write(io.stderr, "\n");
    } else if (status === "success" || Math.floor(percent / 10) > shown) {
      shown = Math.floor(percent / 10);
      write(io.stderr, `pulling ${model}: ${status === "success" ? "done" : `${percent}%`}\n`);
    }
  };
}
