import type { Command } from "commander";

/** What a shell can complete, taken from the program's own definition: it cannot say something else. */
export interface CompletionNode {
  name: string;
  aliases: readonly string[];
  description: string;
  options: readonly CompletionOption[];
  /** Fixed values of the first argument. */
  values: readonly string[];
  children: readonly CompletionNode[];
}

export interface CompletionOption {
  /** `-c`, or null. */
  short: string | null;
  /** `--config`, or null. */
  long: string | null;
  description: string;
  takesValue: boolean;
  /** Fixed values, if it has them. */
  values: readonly string[];
}

/** Reads a command and everything below it; hidden commands and options are left out. */
export function completionTree(command: Command): CompletionNode {
  const help = command.createHelp();
  const options = help.visibleOptions(command).map(option => ({
    short: option.short ?? null,
    long: option.long ?? null,
    description: oneLine(option.description),
    takesValue: option.required || option.optional,
    values: option.argChoices ?? [],
  }));
  return {
    name: command.name(),
    aliases: command.aliases(),
    description: oneLine(command.description()),
    options,
    values: command.registeredArguments[0]?.argChoices ?? [],
    children: help.visibleCommands(command).map(completionTree),
  };
}

const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();

/** A command as it is reached: names from the program down. */
export interface CompletionPath {
  names: readonly string[];
  node: CompletionNode;
}

/** Every command, the program itself first. */
export function allPaths(root: CompletionNode): CompletionPath[] {
  const paths: CompletionPath[] = [];
  const visit = (node: CompletionNode, parents: readonly string[]) => {
    const names = [...parents, node.name];
    paths.push({ names, node });
    for (const child of node.children) visit(child, names);
  };
  visit(root, []);
  return paths;
}

/** All spellings of an option. */
export const spellings = ({ short, long }: CompletionOption): string[] =>
  [short, long].filter(spelling => spelling !== null);
