import { once } from "node:events";
import { connect } from "node:net";
import path from "node:path";
import { controlSocketPath } from "@codex-ts/app-server/listen";
import { osErrorText } from "@codex-ts/protocol/os-errors";
import { CliError } from "../errors.ts";
import type { CommandIo } from "../io.ts";
import { codexHomeOf } from "./app-server.ts";

/**
 * `codex-ts app-server proxy`: copies bytes between stdin and stdout and the socket of a running server, until either side
 * ends.
 */
export async function appServerProxyCommand(options: { sock?: string }, io: CommandIo): Promise<number> {
  const file =
    options.sock === undefined ? controlSocketPath(await codexHomeOf(io)) : path.resolve(io.cwd, options.sock);
  const socket = connect({ path: file, noDelay: true });
  try {
    await once(socket, "connect");
  } catch (error) {
    throw new CliError(`failed to connect to socket at ${file}`, { cause: new Error(osErrorText(error)) });
  }
  io.stdin.pipe(socket);
  socket.pipe(io.stdout, { end: false });
  // A connection that breaks ends the copy as one that is closed does.
  socket.on("error", () => {});
  await once(socket, "close");
  return 0;
}
