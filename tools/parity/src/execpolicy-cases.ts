import type { Random } from "./random.ts";

/** One call of `execpolicy check`. */
export interface ExecpolicyCase {
  /** The rules files in the order in which they are given. */
  files: [name: string, text: string][];
  args: string[];
  pretty: boolean;
  resolveHostExecutables: boolean;
}

const PROGRAMS = ["git", "ls", "npm", "rm", "python3", "a", "b", "é", "", "a b"];
const WORDS = [
  "push",
  "status",
  "-rf",
  "--force",
  "x",
  "y z",
  "",
  "'",
  '"',
  "\\",
  "$HOME",
  "#",
  "*",
  "é",
  "\u{1f600}",
  "\t",
  "run",
  "b",
];
const PATHS = [
  "/usr/bin/git",
  "/opt/git",
  "/usr/bin/../bin/git",
  "./git",
  "bin/ls",
  "~/npm",
  "~",
  "/",
  "/bin/ls/",
  "/usr//bin/./rm",
  "../a",
  "/x/python3",
];
const DECISIONS = ["allow", "prompt", "forbidden"];
const HOSTS = [
  "a.com",
  "A.COM.",
  "a.com:443",
  "a.com:abc",
  "[::1]",
  "[::1]:80",
  "[::1]x",
  "::1",
  "*.a.com",
  "*",
  "",
  " ",
  "http://a.com",
  "a/b",
  "a?b",
  "a b",
  "...",
  "[",
  "a..",
  "é.com",
  "a:1:2",
  ":80",
  "\u{a0}",
];
const PROTOCOLS = ["http", "https", "https_connect", "http-connect", "socks5_tcp", "socks5_udp", "ftp", "HTTP"];
const VALUES = [
  "1",
  "True",
  "None",
  "1.5",
  "()",
  "{}",
  "[1]",
  "len",
  "range(2)",
  '"z"',
  "[]",
  '["q", 1]',
  '("a",)',
  "[[]]",
  "lambda: 1",
];
const EXPRESSIONS = [
  '"a" + "b"',
  '"a" * 2',
  '"a,b".split(",")',
  '"%s-%d" % ("a", 3)',
  '"{} {x}".format(1, x = 2)',
  "[i * 2 for i in range(3)]",
  '{"k": i for i in [1]}',
  "1 if [] else 2",
  "not 1 == 2",
  "1 < 2 and 2 < 3",
  '"abc"[1:]',
  "[1, 2, 3][-1]",
  '{"a": 1}["a"]',
  "7 // -2",
  "-7 % 3",
  "1 / 2",
  "5 | 3 & 6",
  "sorted([3, 1, 2])",
  'len("é")',
  'str([1, None, "a"])',
  'repr("\\n\\"")',
  "max(1, 2)",
  'zip([1], ["a"])',
  "dict(a = 1)",
  'int("12")',
  '", ".join(["a", "b"])',
  '"a".upper()',
  "(1, 2) + (3,)",
  "[1, 2][5]",
  '{"a": 1}["b"]',
  '1 + "a"',
  '"a".foo()',
  "1 // 0",
  "None()",
  "[1].index(2)",
  'int("x")',
  '"a" < 1',
  "[] < ()",
  "{}[[]]",
  'fail("stop")',
  "undefined_name",
  'f"{v}!"',
  "(lambda p: p + 1)(2)",
  "1 << 70",
  "0x1f + 0o17 + 0b11",
  "1e3",
  "1.5 // 0.4",
  'hash("a")',
  "type(1)",
  "dir([])[0]",
  'list(enumerate(["a"]))',
  "any([0, 1])",
  '"aXbX".replace("X", "-", 1)',
  '" a b ".split(None, 1)',
  '"a-b".partition("-")',
  "reversed([1, 2])",
  '"abc".find("c")',
  '"\\101\\x41\\u0041"',
  'r"a\\n"',
  "[a for a in 5]",
  "{1: 2, 1: 3}",
  "min([])",
];
const BROKEN = [
  "prefix_rule(",
  "x = ",
  "if True:",
  "for i in [1]",
  "def f(:",
  "x = [1,",
  'x = "abc',
  "while True: pass",
  "import os",
  "x = 1 2",
  "return 1",
  "break",
  "  x = 1",
  "\tx = 1",
  "x = @",
  "x ==",
  "f(a = 1, a = 2)",
  "def g(a, a): pass",
  'load("x", "y")',
  "x = {1, 2}",
  "1 = 2",
  "x = y = 1",
  "class A: pass",
  "x = [*[1]]",
  "x = 2 ** 3",
  "lambda x",
  "else: pass",
  "x = (1 if 2)",
  "a b",
  'b"x"',
  "f(1, **{}, *[])",
  "x := 1",
  "x = 01",
];

/** A text as a literal of the rules language. */
function literal(random: Random, text: string): string {
  const escaped = JSON.stringify(text);
  return random.chance(0.2) && !/["'\\\n\t]/.test(text) ? `'${text}'` : escaped;
}

function word(random: Random): string {
  return literal(random, random.pick(random.chance(0.5) ? WORDS : PROGRAMS));
}

function element(random: Random): string {
  if (random.chance(0.02)) return random.pick(VALUES);
  if (random.chance(0.25)) return `[${random.list(random.chance(0.05) ? 0 : 1, 3, () => word(random)).join(", ")}]`;
  return word(random);
}

function example(random: Random): string {
  if (random.chance(0.02)) return random.pick(VALUES);
  const words = random.list(1, 3, () => random.pick(random.chance(0.7) ? PROGRAMS : WORDS));
  if (random.chance(0.3)) return `[${words.map(text => JSON.stringify(text)).join(", ")}]`;
  return JSON.stringify(words.join(" "));
}

function prefixRule(random: Random): string {
  const pattern = `[${random.list(random.chance(0.03) ? 0 : 1, 3, () => element(random)).join(", ")}]`;
  const parts = [random.chance(0.2) ? pattern : `pattern = ${pattern}`];
  if (random.chance(0.6)) {
    parts.push(`decision = ${random.chance(0.04) ? '"deny"' : JSON.stringify(random.pick(DECISIONS))}`);
  }
  if (random.chance(0.2))
    parts.push(`justification = ${random.chance(0.1) ? '" "' : literal(random, random.pick(WORDS) + "why")}`);
  if (random.chance(0.04)) parts.push(`match = [${example(random)}]`);
  if (random.chance(0.15)) parts.push(`not_match = [${example(random)}]`);
  if (random.chance(0.01)) parts.push(`bogus = 1`);
  return `prefix_rule(${parts.join(random.chance(0.1) ? ",\n  " : ", ")})`;
}

function networkRule(random: Random): string {
  const decision = random.pick([...DECISIONS, "deny"]);
  const host = random.chance(0.9) ? "a.com" : random.pick(HOSTS);
  const protocol = random.chance(0.95) ? "https" : random.pick(PROTOCOLS);
  return `network_rule(host = ${JSON.stringify(host)}, protocol = "${protocol}", decision = "${decision}")`;
}

function hostExecutable(random: Random): string {
  const name = random.pick(["git", "ls", "npm", "rm"]);
  const paths = random.list(0, 3, () =>
    random.chance(0.05) ? random.pick(PATHS) : `${random.pick(["/usr/bin", "/opt", "/usr/bin/../bin", "/x"])}/${name}`,
  );
  return `host_executable(name = "${name}", paths = [${paths.map(path => JSON.stringify(path)).join(", ")}])`;
}

/** Statements that run to a value of the language and make rules of it. */
function program(random: Random): string {
  const program = JSON.stringify(random.pick(PROGRAMS));
  switch (random.below(8)) {
    case 0:
      return `for w in [${random.list(1, 3, () => word(random)).join(", ")}]:\n    prefix_rule(pattern = [${program}, w])`;
    case 1:
      return `def make(p, d = "allow"):\n  prefix_rule(pattern = [p], decision = d)\nmake(${program}${random.chance(0.5) ? ', d = "prompt"' : ""})`;
    case 2:
      return `v = ${word(random)}\nprefix_rule(pattern = [${program}, f"{v}"])`;
    case 3:
      return `[prefix_rule(pattern = [x]) for x in [${random.list(1, 2, () => word(random)).join(", ")}] if x != "b"]`;
    case 4:
      return `if ${random.pick(["True", "[]", "1 < 2", '"a" in "abc"'])}:\n  ${prefixRule(random).replaceAll("\n", "\n  ")}\nelse:\n  ${networkRule(random)}`;
    case 5:
      return `args = {"pattern": [${program}], "decision": "${random.pick(DECISIONS)}"}\nprefix_rule(**args)`;
    case 6:
      return `v = 1\nprefix_rule(pattern = ["a", str(${random.pick(EXPRESSIONS)})])`;
    default:
      return `v = 2\nz = ${random.pick(EXPRESSIONS)}\nprefix_rule(pattern = ["a", repr(z)])`;
  }
}

function statement(random: Random): string {
  const kind = random.next();
  if (kind < 0.55) return prefixRule(random);
  if (kind < 0.65) return networkRule(random);
  if (kind < 0.78) return hostExecutable(random);
  if (kind < 0.96) return program(random);
  if (kind < 0.97) return random.pick(BROKEN);
  return random.pick(["# a note", "", "pass", "x = 1; y = 2"]);
}

function rulesText(random: Random): string {
  const text = random.list(0, 6, () => statement(random)).join("\n");
  if (!random.chance(0.05)) return random.chance(0.9) ? `${text}\n` : text;
  // Cut or doubled somewhere: most of these are no programs.
  const at = random.below(text.length + 1);
  return random.chance(0.5) ? text.slice(0, at) : text.slice(0, at) + random.pick(BROKEN) + text.slice(at);
}

/** Makes one call: most have rules that parse, and a command that some of the rules are about. */
export function execpolicyCase(random: Random): ExecpolicyCase {
  const files = random
    .list(1, 3, () => rulesText(random))
    .map((text, index): [string, string] => [`${index}.rules`, text]);
  const first = random.chance(0.3) ? random.pick(PATHS) : random.pick(PROGRAMS);
  const rest = random.list(0, 3, () => random.pick(random.chance(0.7) ? WORDS : PROGRAMS));
  return {
    files,
    args: [first, ...rest],
    pretty: random.chance(0.2),
    resolveHostExecutables: random.chance(0.5),
  };
}
