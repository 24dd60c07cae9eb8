import { allPaths, type CompletionNode, type CompletionOption, type CompletionPath, spellings } from "./tree.ts";

export const SHELLS = ["bash", "elvish", "fish", "powershell", "zsh"] as const;
export type Shell = (typeof SHELLS)[number];

/** The script that teaches a shell to complete the program. */
export function completionScript(shell: Shell, root: CompletionNode): string {
  return SCRIPTS[shell](root);
}

const SCRIPTS: Record<Shell, (root: CompletionNode) => string> = {
  bash: bashScript,
  elvish: elvishScript,
  fish: fishScript,
  powershell: powershellScript,
  zsh: zshScript,
};

/** A command's name in a shell: `codex-ts;app-server;proxy`. */
const key = ({ names }: CompletionPath) => names.join(";");

const words = (node: CompletionNode): string[] => [
  ...node.options.flatMap(spellings),
  ...node.children.flatMap(child => [child.name, ...child.aliases]),
  ...node.values,
];

/** For each step down: `parent,word` -> child, aliases included. */
function steps(root: CompletionNode): { from: string; word: string; to: string }[] {
  return allPaths(root).flatMap(path =>
    path.node.children.flatMap(child =>
      [child.name, ...child.aliases].map(word => ({ from: key(path), word, to: `${key(path)};${child.name}` })),
    ),
  );
}

function bashScript(root: CompletionNode): string {
  const name = functionName(root);
  const moves = steps(root).map(({ from, word, to }) => `      '${from},${word}') at='${to}' ;;`);
  const cases = allPaths(root).map(path => {
    const values = path.node.options
      .filter(option => option.takesValue)
      .map(option => {
        const fill =
          option.values.length > 0
            ? `COMPREPLY=($(compgen -W '${option.values.join(" ")}' -- "$cur"))`
            : 'COMPREPLY=($(compgen -f -- "$cur"))';
        return `        ${spellings(option).join("|")}) ${fill}; return ;;`;
      });
    const options = values.length === 0 ? [] : ['      case "$prev" in', ...values, "      esac"];
    return [`    '${key(path)}')`, ...options, `      words='${words(path.node).join(" ")}'`, "      ;;"].join("\n");
  });
  return `${name}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="" at='${root.name}' words='' i
  [ "$COMP_CWORD" -gt 0 ] && prev="\${COMP_WORDS[COMP_CWORD - 1]}"
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at,\${COMP_WORDS[i]}" in
${moves.join("\n")}
    esac
  done
  case "$at" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  [ "\${#COMPREPLY[@]}" -gt 0 ] || COMPREPLY=($(compgen -f -- "$cur"))
}
complete -o nosort -o filenames -F ${name} ${root.name} 2>/dev/null || complete -o filenames -F ${name} ${root.name}
`;
}

function zshScript(root: CompletionNode): string {
  const name = functionName(root);
  const moves = steps(root).map(({ from, word, to }) => `      ('${from},${word}') at='${to}' ;;`);
  const entry = (word: string, description: string) =>
    `'${zshQuote(word.replace(/:/g, "\\:"))}:${zshQuote(description)}'`;
  const cases = allPaths(root).map(path => {
    const { node } = path;
    const entries = [
      ...node.options.flatMap(option => spellings(option).map(word => entry(word, option.description))),
      ...node.children.flatMap(child => [child.name, ...child.aliases].map(word => entry(word, child.description))),
      ...node.values.map(value => entry(value, "")),
    ];
    const values = node.options
      .filter(option => option.takesValue)
      .map(option => {
        const fill = option.values.length > 0 ? `compadd -- ${option.values.join(" ")}` : "_files";
        return `        (${spellings(option).join("|")}) ${fill}; return ;;`;
      });
    const options = values.length === 0 ? [] : ['      case "$words[CURRENT-1]" in', ...values, "      esac"];
    return [`    ('${key(path)}')`, ...options, `      entries=(${entries.join(" ")})`, "      ;;"].join("\n");
  });
  return `#compdef ${root.name}
${name}() {
  local at='${root.name}' i
  local -a entries
  for ((i = 2; i < CURRENT; i++)); do
    case "$at,$words[i]" in
${moves.join("\n")}
    esac
  done
  case "$at" in
${cases.join("\n")}
  esac
  _describe -o '${root.name}' entries || _files
}
if [ "$funcstack[1]" = "_${root.name}" ]; then
  ${name} "$@"
else
  compdef ${name} ${root.name}
fi
`;
}

function fishScript(root: CompletionNode): string {
  const name = functionName(root);
  const moves = steps(root).map(({ from, word, to }) => `      case '${from},${word}'\n        set at '${to}'`);
  const lines = allPaths(root).flatMap(path => {
    const when = `-n '${name} "${key(path)}"'`;
    const children = path.node.children.flatMap(child =>
      [child.name, ...child.aliases].map(
        word => `complete -c ${root.name} ${when} -f -a '${word}' -d '${fishQuote(child.description)}'`,
      ),
    );
    const values =
      path.node.values.length === 0 ? [] : [`complete -c ${root.name} ${when} -f -a '${path.node.values.join(" ")}'`];
    const options = path.node.options.map(option => fishOption(root.name, when, option));
    return [...options, ...children, ...values];
  });
  return `function ${name}
  set -l at '${root.name}'
  for word in (commandline -opc)[2..-1]
    switch "$at,$word"
${moves.join("\n")}
    end
  end
  test "$at" = "$argv[1]"
end
${lines.join("\n")}
`;
}

function fishOption(program: string, when: string, option: CompletionOption): string {
  const short = option.short === null ? "" : ` -s ${option.short.slice(1)}`;
  const long = option.long === null ? "" : ` -l ${option.long.slice(2)}`;
  const value = option.values.length > 0 ? ` -x -a '${option.values.join(" ")}'` : option.takesValue ? " -r -F" : "";
  return `complete -c ${program} ${when}${short}${long}${value} -d '${fishQuote(option.description)}'`;
}

function powershellScript(root: CompletionNode): string {
  const quote = (text: string) => `'${text.replace(/'/g, "''")}'`;
  const moves = steps(root).map(({ from, word, to }) => `      ${quote(`${from},${word}`)} { $at = ${quote(to)} }`);
  const result = (word: string, description: string, kind: string) =>
    `        [CompletionResult]::new(${quote(word)}, ${quote(word)}, [CompletionResultType]::${kind}, ${quote(description || word)})`;
  const cases = allPaths(root).map(path => {
    const results = [
      ...path.node.options.flatMap(option =>
        spellings(option).map(word => result(word, option.description, "ParameterName")),
      ),
      ...path.node.children.flatMap(child =>
        [child.name, ...child.aliases].map(word => result(word, child.description, "ParameterValue")),
      ),
      ...path.node.values.map(value => result(value, value, "ParameterValue")),
    ];
    return `      ${quote(key(path))} {\n${results.join("\n")}\n        break\n      }`;
  });
  return `using namespace System.Management.Automation
Register-ArgumentCompleter -Native -CommandName ${quote(root.name)} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $at = ${quote(root.name)}
  foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    switch -CaseSensitive ("$at,$($element.Extent.Text)") {
${moves.join("\n")}
    }
  }
  @(switch -CaseSensitive ($at) {
${cases.join("\n")}
  }) | Where-Object { $_.CompletionText -like "$wordToComplete*" }
}
`;
}

function elvishScript(root: CompletionNode): string {
  const quote = (text: string) => `'${text.replace(/'/g, "''")}'`;
  const moves = steps(root).map(({ from, word, to }) => `        &${quote(`${from},${word}`)}=${quote(to)}`);
  const cases = allPaths(root).map(path => {
    const candidates = [
      ...path.node.options.flatMap(option => spellings(option).map(word => [word, option.description] as const)),
      ...path.node.children.flatMap(child =>
        [child.name, ...child.aliases].map(word => [word, child.description] as const),
      ),
      ...path.node.values.map(value => [value, value] as const),
    ].map(([word, text]) => `            $candidate ${quote(word)} ${quote(text)}`);
    return `        &${quote(key(path))}={\n${candidates.join("\n")}\n        }`;
  });
  return `use builtin
set edit:completion:arg-completer[${root.name}] = {|@words|
    fn candidate {|text description|
        edit:complex-candidate $text &display=$text' '$description
    }
    var steps = [
${moves.join("\n")}
    ]
    var commands = [
${cases.map(text => text.replaceAll("$candidate", "candidate")).join("\n")}
    ]
    var at = '${root.name}'
    for word $words[1..-1] {
        var step = $at','$word
        if (has-key $steps $step) {
            set at = $steps[$step]
        }
    }
    $commands[$at]
}
`;
}

const functionName = (root: CompletionNode) => `_${root.name.replace(/\W/g, "_")}_complete`;
const zshQuote = (text: string) => text.replace(/'/g, `'\\''`);
const fishQuote = (text: string) => text.replace(/[\\']/g, character => `\\${character}`);
