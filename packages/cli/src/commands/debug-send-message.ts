import { type Client, connect, type Message, type Transport, type TransportEvents } from "@codex-ts/client";
import { StdioTransport } from "@codex-ts/client/stdio";
import { CliError } from "../errors.ts";
import { answerInExec } from "../exec/requests.ts";
import { type CommandIo, write } from "../io.ts";
import { type GlobalOptions, overrideArguments } from "../global-options.ts";
import { compatibleVersion } from "../version.ts";

/**
 * `codex-ts debug app-server send-message TEXT`: starts an app-server, sends one message and prints everything that goes
 * over the wire, `>` to the server and `<` from it.
 */
export async function debugSendMessageCommand(text: string, levels: GlobalOptions[], io: CommandIo): Promise<number> {
  const program = process.argv[1] ?? "";
  const flags = overrideArguments(...levels).flatMap(value => ["-c", value]);
  const stdio = new StdioTransport({
    command: process.execPath,
    args: [...process.execArgv, program, ...flags, "app-server"],
    cwd: io.cwd,
    env: io.env,
  });
  const client = connect(printed(stdio, (sign, message) => write(io.stdout, quoted(sign, message))));
  try {
    return await converse(client, text);
  } finally {
    await client.close();
  }
}

async function converse(client: Client, text: string): Promise<number> {
  client.handleRest(request => {
    const answer = answerInExec(request);
    if ("error" in answer) throw new Error(answer.error.message);
    return answer.result;
  });
  const ended = new Promise<string>(resolve => client.on("turn/completed", ({ turn }) => resolve(turn.status)));
  await client.initialize({
    clientInfo: { name: "codex_ts_debug", title: null, version: compatibleVersion },
    capabilities: { experimentalApi: true },
  });
  const { thread } = await client.request("thread/start", {});
  await client.request("turn/start", { threadId: thread.id, input: [{ type: "text", text }] });
  const status = await Promise.race([
    ended,
    client.closed.then(reason => {
      throw new CliError("the app-server ended before the turn did", { cause: reason });
    }),
  ]);
  return status === "completed" ? 0 : 1;
}

/** A transport that shows what it carries. */
function printed(transport: Transport, show: (sign: ">" | "<", message: unknown) => void): Transport {
  return {
    start: (events: TransportEvents) =>
      transport.start({
        message: message => {
          show("<", message);
          events.message(message);
        },
        close: error => events.close(error),
      }),
    send: (message: Message) => {
      show(">", message);
      return transport.send(message);
    },
    close: () => transport.close(),
  };
}

const quoted = (sign: string, message: unknown) => `${JSON.stringify(message, null, 2).replace(/^/gm, `${sign} `)}\n`;
