import nodePath from "node:path";
import { ConfigError } from "../errors.ts";
import { loadLayers, type LoadLayersOptions } from "../layers/load.ts";
import type { LayerStack } from "../layers/stack.ts";
import { configFromStack, type LoadConfigOptions, type LoadedConfig } from "../load-config.ts";
import { configRequirementsResponse, type ConfigRequirementsView } from "../requirements/view.ts";
import { configReadResponse, type ConfigReadResponse } from "./read.ts";

export interface ReadConfigOptions extends LoadConfigOptions {
  processCwd: string;
  /** @throws ConfigError when the settings cannot be used after all */
  check?: (loaded: LoadedConfig) => Promise<void>;
}

/**
 * Answers a `config/read` (spec: configuration, section 14.1): the layers, then their types, then the settings that
 * follow from them. Each step words its failure for clients.
 * @param request.cwd a relative folder starts at `options.processCwd`
 * @param options.check what else the settings of the folder must withstand
 * @throws ConfigError with the text that clients are told
 */
export async function readConfig(
  request: { cwd?: string | null | undefined; includeLayers?: boolean | undefined },
  options: ReadConfigOptions,
): Promise<ConfigReadResponse> {
  const { processCwd } = options;
  const cwd = request.cwd === undefined || request.cwd === null ? null : nodePath.resolve(processCwd, request.cwd);
  const stack = await loadLayers({ ...options, cwd }).catch(worded("failed to read configuration layers: "));
  const mistake = stack.mistake();
  if (mistake !== null) throw new ConfigError(mistake.code, typedText(mistake), { cause: mistake });
  const features = await effectiveFeatures(stack, cwd, options);
  return configReadResponse(stack, {
    includeLayers: request.includeLayers ?? false,
    processCwd,
    ...(options.platform === undefined ? {} : { platform: options.platform }),
    features,
  });
}

/** Whether the switches shown are on follows from the settings of a folder: the asked one, else the process's own. */
async function effectiveFeatures(
  stack: LayerStack,
  cwd: string | null,
  options: ReadConfigOptions,
): Promise<Readonly<Record<string, boolean>>> {
  const failed = worded("failed to resolve feature override precedence: ");
  const full = { ...options, cwd: cwd ?? options.processCwd, createFolders: false };
  const effective = cwd === null ? await loadLayers(full).catch(failed) : stack;
  try {
    const loaded = configFromStack(effective, full);
    await options.check?.(loaded);
    return loaded.config.features;
  } catch (error) {
    return failed(error);
  }
}

/**
 * Answers a `configRequirements/read`.
 * @throws ConfigError
 */
export async function readRequirements(
  options: LoadLayersOptions,
): Promise<{ requirements: ConfigRequirementsView | null }> {
  const stack = await loadLayers({ ...options, cwd: null }).catch(worded("failed to read configuration layers: "));
  return configRequirementsResponse(stack.requirements);
}

/** Rethrows an error of the configuration with words in front of it. */
export function worded(before: string): (error: unknown) => never {
  return error => {
    throw error instanceof ConfigError
      ? new ConfigError(error.code, `${before}${error.message}`, { cause: error })
      : error;
  };
}

function typedText({ reason, keyPath }: ConfigError): string {
  return `invalid configuration: ${reason}${keyPath === undefined ? "" : `\nin \`${keyPath}\`\n`}`;
}
