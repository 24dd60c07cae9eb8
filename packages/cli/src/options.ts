import { type Command, Option } from "commander";

/** The values of options that the interactive command and its subcommands share (spec: command line, section 1). */
export interface SharedOptions {
  image?: string[];
  model?: string;
  oss?: boolean;
  localProvider?: string;
  profile?: string;
  sandbox?: "read-only" | "workspace-write" | "danger-full-access";
  fullAuto?: boolean;
  dangerouslyBypassApprovalsAndSandbox?: boolean;
  cd?: string;
  addDir?: string[];
  search?: boolean;
}

const collect = (value: string, previous: string[] = []): string[] => [...previous, value];

const collectList = (value: string, previous: string[] = []): string[] => [
  ...previous,
  ...value.split(",").filter(part => part !== ""),
];

/** `-c/--config`, `--enable`, `--disable`: accepted before and after any subcommand. */
export function addGlobalOptions(command: Command): Command {
  return command
    .addOption(new Option("-c, --config <key=value>", "override a configuration value").argParser(collect))
    .addOption(new Option("--enable <feature>", "turn a feature on (same as -c features.NAME=true)").argParser(collect))
    .addOption(
      new Option("--disable <feature>", "turn a feature off (same as -c features.NAME=false)").argParser(collect),
    );
}

/** Options that `exec` and the interactive command share. */
export function addSharedOptions(command: Command): Command {
  addImageOption(command)
    .addOption(new Option("--oss", "use a local model server (Ollama or LM Studio)"))
    .addOption(new Option("--local-provider <oss-provider>", "which local model server: lmstudio or ollama"))
    .addOption(new Option("-p, --profile <config-profile>", "configuration profile from config.toml"))
    .addOption(
      new Option("-s, --sandbox <sandbox-mode>", "what commands may do").choices([
        "read-only",
        "workspace-write",
        "danger-full-access",
      ]),
    );
  return addModeOptions(command)
    .addOption(new Option("-C, --cd <dir>", "working root of the agent"))
    .addOption(new Option("--add-dir <dir>", "one more writable folder (repeatable)").argParser(collect));
}

/** The pictures of a prompt. */
export function addImageOption(command: Command): Command {
  return command.addOption(new Option("-i, --image <file...>", "attach images to the prompt").argParser(collectList));
}

/** Options that `exec resume` and `exec review` take too: the model, and how freely commands run. */
export function addModeOptions(command: Command): Command {
  return command
    .addOption(new Option("-m, --model <model>", "model the agent uses"))
    .addOption(new Option("--full-auto", "sandboxed automatic execution (workspace-write)"))
    .addOption(
      new Option(
        "--dangerously-bypass-approvals-and-sandbox",
        "run every command without asking and without a sandbox",
      ).conflicts("fullAuto"),
    )
    .addOption(
      new Option("--yolo", "short for the above").implies({ dangerouslyBypassApprovalsAndSandbox: true }).hideHelp(),
    );
}

/**
 * Options given before `exec` hold for it too: scalars where exec was given none, images and folders put in front,
 * sandbox flags only when exec chose no sandbox itself.
 */
export function inheritShared<T extends SharedOptions>(root: SharedOptions, own: T): T {
  const merged: T = { ...own };
  for (const key of ["model", "oss", "localProvider", "profile", "cd", "search"] as const) {
    if (merged[key] === undefined && root[key] !== undefined) Object.assign(merged, { [key]: root[key] });
  }
  if (!choseSandbox(own)) {
    for (const key of SANDBOX_FLAGS) {
      if (root[key] !== undefined) Object.assign(merged, { [key]: root[key] });
    }
  }
  const images = [...(root.image ?? []), ...(own.image ?? [])];
  if (images.length > 0) merged.image = images;
  const dirs = [...(root.addDir ?? []), ...(own.addDir ?? [])];
  if (dirs.length > 0) merged.addDir = dirs;
  return merged;
}

/** The flags that say what commands may do. */
export const SANDBOX_FLAGS = ["sandbox", "fullAuto", "dangerouslyBypassApprovalsAndSandbox"] as const;

/** Whether these options say what commands may do. */
export function choseSandbox(options: SharedOptions): boolean {
  return SANDBOX_FLAGS.some(key => options[key] !== undefined && options[key] !== false);
}
