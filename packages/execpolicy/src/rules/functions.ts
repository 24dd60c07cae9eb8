import { ExecPolicyError, type SourceRange } from "../errors.ts";
import { Fault } from "../starlark/fault.ts";
import { type BoundArguments, type CallContext, NativeFunction } from "../starlark/functions.ts";
import type { SourceFile } from "../starlark/source.ts";
import { List, typeName, type Value } from "../starlark/values.ts";
import { splitWords } from "../words.ts";
import { normalizeNetworkHost, trimSpace } from "./host.ts";
import { baseName, executableKey, isAbsolute, normalizePath, type PathStyle } from "./paths.ts";
import {
  type Decision,
  type NetworkProtocol,
  type NetworkRule,
  type PatternToken,
  type PrefixRule,
  toDecision,
} from "./types.ts";

/** The examples of one `prefix_rule` call, and the rules it made. */
export interface ExampleSet {
  readonly rules: readonly PrefixRule[];
  readonly match: readonly (readonly string[])[];
  readonly notMatch: readonly (readonly string[])[];
  readonly origin: SourceRange;
}

/** What the calls of rules files have made so far. */
export class RuleCollector {
  readonly rules: PrefixRule[] = [];
  readonly networkRules: NetworkRule[] = [];
  readonly hostExecutables: Map<string, readonly string[]> = new Map();
  readonly examples: ExampleSet[] = [];
}

/** The three functions that make rules, for one file. */
export function ruleFunctions(source: SourceFile, collector: RuleCollector, style: PathStyle): NativeFunction[] {
  const origin = (context: CallContext): SourceRange => source.range(context.span);
  return [
    new NativeFunction(
      "prefix_rule",
      "~pattern:list ~decision?:str ~match?:list ~not_match?:list ~justification?:str =reviewer:str",
      (args, context) => addPrefixRules(collector, args, origin(context)),
    ),
    new NativeFunction("network_rule", "~host:str ~protocol:str ~decision:str ~justification?:str", (args, context) =>
      addNetworkRule(collector, args, origin(context)),
    ),
    new NativeFunction("host_executable", "~name:str ~paths:list", args => addHostExecutable(collector, args, style)),
  ];
}

const asText = (value: Value | undefined): string => (typeof value === "string" ? value : "");
const itemsOf = (value: Value | undefined): readonly Value[] => (value instanceof List ? value.items : []);

function addPrefixRules(collector: RuleCollector, args: BoundArguments, origin: SourceRange): null {
  const [pattern, decisionText, match, notMatch, justificationText, reviewerText] = args;
  const decision = decisionText === undefined ? "allow" : readDecision(asText(decisionText));
  const justification = readJustification(justificationText);
  const reviewer = readReviewer(reviewerText);
  const [first, ...rest] = readPattern(itemsOf(pattern));
  if (first === undefined) throw new Fault("invalid pattern element: pattern cannot be empty");
  const matching = itemsOf(match).map(readExample);
  const notMatching = itemsOf(notMatch).map(readExample);
  const rules = ("single" in first ? [first.single] : first.alts).map(
    (program): PrefixRule => ({
      first: program,
      rest,
      decision,
      ...(justification === undefined ? {} : { justification }),
      ...(reviewer === undefined ? {} : { reviewer }),
      origin,
    }),
  );
  collector.rules.push(...rules);
  if (matching.length + notMatching.length > 0) {
    collector.examples.push({ rules, match: matching, notMatch: notMatching, origin });
  }
  return null;
}

function readDecision(text: string): Decision {
  const decision = toDecision(text);
  if (decision === null) throw new Fault(`invalid decision: ${text}`);
  return decision;
}

function readJustification(value: Value | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = asText(value);
  if (trimSpace(text) === "") throw new Fault("invalid rule: justification cannot be empty");
  return text;
}

function readReviewer(value: Value | undefined): "user" | undefined {
  if (value === undefined || value === "user") return value;
  throw new Fault(`invalid rule: reviewer must be "user" (got ${asText(value)})`);
}

function readPattern(elements: readonly Value[]): PatternToken[] {
  return elements.map((element): PatternToken => {
    if (typeof element === "string") return { single: element };
    if (!(element instanceof List)) {
      const got = typeName(element);
      throw new Fault(`invalid pattern element: pattern element must be a string or list of strings (got ${got})`);
    }
    const alts = element.items.map(item => {
      if (typeof item === "string") return item;
      throw new Fault(`invalid pattern element: pattern alternative must be a string (got ${typeName(item)})`);
    });
    const [only] = alts;
    if (only === undefined) throw new Fault("invalid pattern element: pattern alternatives cannot be empty");
    return alts.length === 1 ? { single: only } : { alts };
  });
}

function readExample(example: Value): readonly string[] {
  if (typeof example === "string") {
    const words = splitWords(example);
    if (words === null) throw new Fault("invalid example: example string has invalid shell syntax");
    if (words.length === 0) throw new Fault("invalid example: example cannot be an empty string");
    return words;
  }
  if (!(example instanceof List)) {
    throw new Fault(`invalid example: example must be a string or list of strings (got ${typeName(example)})`);
  }
  const words = example.items.map(item => {
    if (typeof item === "string") return item;
    throw new Fault(`invalid example: example tokens must be strings (got ${typeName(item)})`);
  });
  if (words.length === 0) throw new Fault("invalid example: example cannot be an empty list");
  return words;
}

const PROTOCOLS = new Map<string, NetworkProtocol>([
  ["http", "http"],
  ["https", "https"],
  ["https_connect", "https"],
  ["http-connect", "https"],
  ["socks5_tcp", "socks5_tcp"],
  ["socks5_udp", "socks5_udp"],
]);

function addNetworkRule(collector: RuleCollector, args: BoundArguments, origin: SourceRange): null {
  const [hostText, protocolText, decisionText, justificationText] = args;
  const protocol = PROTOCOLS.get(asText(protocolText));
  if (protocol === undefined) {
    const wanted = "http, https, socks5_tcp, socks5_udp";
    throw new Fault(`invalid rule: network_rule protocol must be one of ${wanted} (got ${asText(protocolText)})`);
  }
  const decision = decisionText === "deny" ? "forbidden" : readDecision(asText(decisionText));
  const justification = readJustification(justificationText);
  const host = readHost(asText(hostText));
  collector.networkRules.push({
    host,
    protocol,
    decision,
    ...(justification === undefined ? {} : { justification }),
    origin,
  });
  return null;
}

function readHost(text: string): string {
  try {
    return normalizeNetworkHost(text);
  } catch (error) {
    if (error instanceof ExecPolicyError) throw new Fault(`invalid rule: ${error.message}`);
    throw error;
  }
}

function addHostExecutable(collector: RuleCollector, args: BoundArguments, style: PathStyle): null {
  const [nameValue, pathValues] = args;
  const name = asText(nameValue);
  if (name === "") throw new Fault("invalid rule: host_executable name cannot be empty");
  const separators = style === "posix" ? /[/\0]/ : /[\\/\0]/;
  if (name === "." || name === ".." || separators.test(name)) {
    throw new Fault(`invalid rule: host_executable name must be a bare executable name (got ${name})`);
  }
  const key = executableKey(name, style);
  const paths = new Set<string>();
  for (const value of itemsOf(pathValues)) {
    if (typeof value !== "string") {
      throw new Fault(`invalid rule: host_executable paths must be strings (got ${typeName(value)})`);
    }
    if (!isAbsolute(value, style)) {
      throw new Fault(`invalid rule: host_executable paths must be absolute (got ${value})`);
    }
    const path = normalizePath(value, style);
    if (executableKey(baseName(path, style), style) !== key) {
      throw new Fault(`invalid rule: host_executable path \`${value}\` must have basename \`${name}\``);
    }
    paths.add(path);
  }
  collector.hostExecutables.set(key, [...paths]);
  return null;
}
