/** What `--help` prints, ready-made so that it needs no code; a test compares it with the command tree. */
export const helpText = `Usage: codex-ts [options] [command] [prompt]

A coding agent that runs on your machine.

Arguments:
  prompt                                      start an interactive session with
                                              this prompt

Options:
  -V, --version                               print the version
  -c, --config <key=value>                    override a configuration value
  --enable <feature>                          turn a feature on (same as -c
                                              features.NAME=true)
  --disable <feature>                         turn a feature off (same as -c
                                              features.NAME=false)
  -i, --image <file...>                       attach images to the prompt
  --oss                                       use a local model server (Ollama
                                              or LM Studio)
  --local-provider <oss-provider>             which local model server: lmstudio
                                              or ollama
  -p, --profile <config-profile>              configuration profile from
                                              config.toml
  -s, --sandbox <sandbox-mode>                what commands may do (choices:
                                              "read-only", "workspace-write",
                                              "danger-full-access")
  -m, --model <model>                         model the agent uses
  --full-auto                                 sandboxed automatic execution
                                              (workspace-write)
  --dangerously-bypass-approvals-and-sandbox  run every command without asking
                                              and without a sandbox
  -C, --cd <dir>                              working root of the agent
  --add-dir <dir>                             one more writable folder
                                              (repeatable)
  -h, --help                                  print help

Commands:
  exec|e [options] [prompt]                   run the agent once, without a
                                              terminal interface
  review [options] [prompt]                   review changes of the current
                                              repository
  login [options]                             log in with ChatGPT or an API key
  logout [options]                            remove stored credentials
  mcp [options]                               manage MCP servers
  features [options]                          list and switch feature flags
  config [options]                            say which settings hold, and why
  app-server [options]                        serve the agent over JSON-RPC
  mcp-server [options]                        serve the agent as an MCP server
                                              over stdin and stdout
  sandbox [options]                           run one command in the sandbox
  doctor [options]                            say which sandbox works here, and
                                              what to install for a better one
  hooks [options]                             show lifecycle hooks, and try them
  debug [options]                             look inside
  apply|a [options] <task-id>                 apply the changes of a cloud task
                                              to this folder
  completion [options] [shell]                print a completion script for a
                                              shell
  help [command]                              print help of a command
`;
