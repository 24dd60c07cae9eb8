import { type Argument, Command, type ErrorOptions, type Option } from "commander";

/** What a person typed cannot be understood: the reason in the words of the field, and the usage of the command. */
export class CommandLineError extends Error {
  override readonly name = "CommandLineError";
  /** The text for stderr. */
  readonly text: string;

  constructor(what: string, command: Command, options: { usage: boolean }) {
    super(what);
    const usage = options.usage ? `Usage: ${fullName(command)} ${command.usage()}\n\n` : "";
    this.text = `error: ${what}\n\n${usage}For more information, try '--help'.\n`;
  }
}

/**
 * A command whose usage errors read as those of the reference do (`unexpected argument '--x' found`), and which refuses
 * an option that is given twice where only one value can hold.
 */
export class CommandLine extends Command {
  /** The words this command was given, to say which of two options came first. */
  #words: readonly string[] = [];
  readonly #alsoRequired: { what: string; isGiven: (options: Record<string, unknown>) => boolean }[] = [];

  override createCommand(name?: string): CommandLine {
    return new CommandLine(name);
  }

  override parseOptions(argv: string[]): ReturnType<Command["parseOptions"]> {
    this.#words = argv;
    return super.parseOptions(argv);
  }

  override addOption(option: Option): this {
    super.addOption(option);
    if (repeatable(option)) return this;
    let seen = 0;
    return this.on(`option:${option.name()}`, () => {
      seen += 1;
      if (seen > 1) throw this.#refusal(`the argument '${shown(option)}' cannot be used multiple times`);
    });
  }

  override error(message: string, options: ErrorOptions = {}): never {
    throw this.#explain(message.replace(/^error: /, ""), options.code ?? "");
  }

  /** `help NAME` of a command that there is not. The hook of commander is not in its types. */
  _dispatchHelpCommand(name?: string): unknown {
    const known = (command: Command) => command.name() === name || command.aliases().includes(name ?? "");
    if (name !== undefined && name !== "help" && !this.commands.some(known)) {
      throw this.#refusal(`unrecognized subcommand '${name}'`);
    }
    const hook = "_dispatchHelpCommand" as keyof Command;
    return (super[hook] as (name?: string) => unknown).call(this, name);
  }

  /** What has to be given beside options and arguments of its own, where one of several things will do. */
  alsoRequired(what: string, isGiven: (options: Record<string, unknown>) => boolean): this {
    this.#alsoRequired.push({ what, isGiven });
    return this;
  }

  #refusal(what: string, options = { usage: true }): CommandLineError {
    return new CommandLineError(what, this, options);
  }

  #explain(message: string, code: string): CommandLineError {
    const quoted = [...message.matchAll(/'([^']*)'/g)].map(match => match[1] ?? "");
    switch (code) {
      case "commander.unknownOption":
        return this.#unknownOption(quoted[0] ?? "", /\(Did you mean (?:one of )?([^,?]+)/.exec(message)?.[1]);
      case "commander.unknownCommand":
        return this.#refusal(`unrecognized subcommand '${quoted[0] ?? ""}'`);
      case "commander.excessArguments": {
        const word = this.args[this.registeredArguments.length] ?? "";
        const isGroup = this.commands.length > 0 && this.registeredArguments.length === 0;
        return this.#refusal(isGroup ? `unrecognized subcommand '${word}'` : `unexpected argument '${word}' found`);
      }
      case "commander.missingArgument":
      case "commander.missingMandatoryOptionValue":
        return this.#missing();
      case "commander.optionMissingArgument": {
        const option = this.#optionOf(quoted[0] ?? "");
        const values = possible(option?.argChoices);
        return this.#refusal(`a value is required for '${shown(option)}' but none was supplied${values}`, {
          usage: false,
        });
      }
      case "commander.invalidArgument":
        return this.#invalid(message, quoted);
      case "commander.conflictingOption": {
        const [first, second] = quoted
          .map(flags => this.#optionOf(flags))
          .sort((a, b) => this.#placeOf(a) - this.#placeOf(b));
        return this.#refusal(`the argument '${shown(first)}' cannot be used with '${shown(second)}'`);
      }
      default:
        return this.#refusal(message);
    }
  }

  #unknownOption(word: string, similar: string | undefined): CommandLineError {
    const [flag = "", value] = word.split(/=(.*)/s);
    if (value !== undefined && this.#optionOf(flag) !== undefined) {
      return this.#refusal(`unexpected value '${value}' for '${flag}' found; no more were expected`);
    }
    similar ??= this.#abbreviated(flag);
    const takesWords = this.registeredArguments.length > 0;
    const tip =
      similar !== undefined
        ? `\n\n  tip: a similar argument exists: '${similar}'`
        : takesWords
          ? `\n\n  tip: to pass '${flag}' as a value, use '-- ${flag}'`
          : "";
    return this.#refusal(`unexpected argument '${flag}' found${tip}`);
  }

  /** The one option whose name begins like this. */
  #abbreviated(flag: string): string | undefined {
    const names = this.options.flatMap(option => (option.hidden ? [] : (option.long ?? [])));
    const [only, ...others] = flag.length < 4 ? [] : names.filter(name => name.startsWith(flag));
    return others.length === 0 ? only : undefined;
  }

  #missing(): CommandLineError {
    const options = this.options.filter(
      option => option.mandatory && this.getOptionValue(option.attributeName()) === undefined,
    );
    const words = this.registeredArguments.slice(this.args.length).filter(argument => argument.required);
    const others = this.#alsoRequired.filter(({ isGiven }) => !isGiven(this.opts()));
    const names = [...others.map(({ what }) => what), ...options.map(shown), ...words.map(placeholder)];
    return this.#refusal(
      `the following required arguments were not provided:\n${names.map(name => `  ${name}`).join("\n")}`,
    );
  }

  #invalid(message: string, quoted: readonly string[]): CommandLineError {
    const [name = "", value = ""] = message.startsWith("option") ? quoted : [...quoted].reverse();
    const option = this.#optionOf(name);
    const argument = this.registeredArguments.find(candidate => candidate.name() === name);
    const subject = option === undefined && argument !== undefined ? placeholder(argument) : shown(option);
    const choices = option?.argChoices ?? argument?.argChoices;
    const why = choices === undefined ? `: ${message.replace(/^.* is invalid(?: for argument '[^']*')?\. /, "")}` : "";
    return this.#refusal(`invalid value '${value}' for '${subject}'${why}${possible(choices)}`, { usage: false });
  }

  /** The option that these flags (`-s, --sandbox <mode>`, or one of them) name. */
  #optionOf(flags: string): Option | undefined {
    return this.options.find(option => option.flags === flags || option.long === flags || option.short === flags);
  }

  /** Where an option stands among the words; a short name of another option that implies it counts. */
  #placeOf(option: Option | undefined): number {
    if (option === undefined) return Number.POSITIVE_INFINITY;
    const implied = (other: Option): boolean => {
      const values = (other as Option & { implied?: object }).implied;
      return values !== undefined && option.attributeName() in values;
    };
    const names = this.options
      .filter(other => other === option || implied(other))
      .flatMap(other => [other.long, other.short]);
    const place = this.#words.findIndex(word => names.includes(word));
    return place < 0 ? Number.POSITIVE_INFINITY : place;
  }
}

/** Whether each further value is kept beside the ones before it. */
function repeatable(option: Option): boolean {
  return option.variadic || (option.parseArg !== undefined && option.argChoices === undefined);
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

/** An option with its value, as errors name it: `--sandbox <SANDBOX_MODE>`. */
function shown(option: Option | undefined): string {
  if (option === undefined) return "";
  const value = /<([^>]+)>/.exec(option.flags)?.[1];
  const name = option.long ?? option.short ?? option.name();
  return value === undefined ? name : `${name} ${bracketed(value.replace(/\.\.\.$/, ""), "<>", value.endsWith("..."))}`;
}

/** A word in a command's line, as errors name it: `<TASK_ID>`, `[SHELL]`. */
function placeholder(argument: Argument): string {
  return bracketed(argument.name(), argument.required ? "<>" : "[]", argument.variadic);
}

function bracketed(name: string, [open, close]: string, many: boolean): string {
  const text = name.includes("=") ? name : name.toUpperCase().replaceAll("-", "_");
  return `${open}${text}${close}${many ? "..." : ""}`;
}

function possible(choices: readonly string[] | undefined): string {
  return choices === undefined ? "" : `\n  [possible values: ${choices.join(", ")}]`;
}
