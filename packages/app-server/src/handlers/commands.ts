import path from "node:path";
import { buildShellEnvironment, type Config, type Requirements, sandboxRefusal } from "@codex-ts/config";
import {
  fromLegacy,
  keepDenies,
  type PermissionContext,
  type PermissionProfile,
  PermissionsError,
  profileFromRuntime,
  profileToRuntime,
  type SandboxPolicy,
  sandboxPolicyFromV2,
  toLegacy,
} from "@codex-ts/permissions";
import type { CommandExecParams, CommandExecTerminalSize, CommandExecWriteParams } from "@codex-ts/protocol";
import { outputText, SandboxError, type SandboxedProcess, type SpawnOptions, spawnSandboxed } from "@codex-ts/sandbox";
import type { Connection } from "../connection.ts";
import { type HandlerTable, LATER, type RequestContext } from "../dispatch/handler.ts";
import { readBase64 } from "../base64.ts";
import { internal, invalidParams, invalidRequest } from "../errors.ts";
import { coreProfile, permissionContext } from "../threads/settings.ts";
import { type Command, commandsOf, type OwnCommands } from "./own-commands.ts";

/** Commands that a client runs by itself, outside of any thread. */
export const handlers: HandlerTable = {
  "command/exec": exec,
  "command/exec/write": write,
  "command/exec/terminate": async ({ processId }, { connection }) => {
    (await commandsOf(connection).running(processId)).terminate();
    return {};
  },
  "command/exec/resize": async ({ processId, size }, { connection }) => {
    checkSize(size);
    const command = await commandsOf(connection).running(processId);
    if (command.process.resize === undefined)
      throw invalidRequest("failed to resize PTY: process is not attached to a PTY");
    command.process.resize(size.cols, size.rows);
    return {};
  },
};

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_OUTPUT_CAP = 1024 * 1024;
/** Longer waits no timer knows: nobody sees their end. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
const DRAIN_MS = 2_000;
const TIMEOUT_EXIT_CODE = 124;
const SIGNAL_EXIT_CODE = -1;
/** As the libraries of terminals tell it. */
const TERMINAL_SIGNAL_EXIT_CODE = 1;

/**
 * Commands are started beside each other, so that a burst of them finds room. When many are being started the next request
 * waits for this one. The end is answered whenever it comes.
 */
function exec(params: CommandExecParams, context: RequestContext<"command/exec">): Waiting {
  checkOptions(params);
  const { starts } = context.server;
  const isBeside = starts.take();
  const started = commandsOf(context.connection)
    .inTurn(params.processId ?? null, () => begin(params, context))
    .catch((error: unknown) => context.fail(error))
    .then((): typeof LATER => {
      if (isBeside) starts.give();
      return LATER;
    });
  return isBeside ? LATER : started;
}

type Waiting = Promise<typeof LATER> | typeof LATER;

/** Settles when the command runs. */
async function begin(params: CommandExecParams, context: RequestContext<"command/exec">): Promise<void> {
  const { server, connection } = context;
  const { config, requirements } = await server.baseConfig();
  const cwd = path.resolve(server.cwd, params.cwd ?? ".");
  const profile = profileOf(params, { ...config, requirements }, { serverCwd: server.cwd, cwd, env: server.env });
  if (params.size) checkSize(params.size);
  const processId = params.processId ?? null;
  const streams = params.tty === true || params.streamStdin === true || params.streamStdoutStderr === true;
  if (streams && processId === null) {
    throw invalidRequest("command/exec tty or streaming requires a client-supplied processId");
  }
  const own = commandsOf(connection);
  if (processId !== null && own.has(processId)) {
    throw invalidRequest(`duplicate active command/exec process id: ${JSON.stringify(processId)}`);
  }
  const env = environment(buildShellEnvironment(config.shellEnvironmentPolicy, server.env), params.env ?? {});
  const process = await start(params, {
    cwd,
    env,
    ...profile,
    tmpdir: server.env["TMPDIR"] ?? null,
    legacyLandlock: config.features["use_legacy_landlock"] === true,
    host: { path: server.env["PATH"] ?? "" },
  });
  run(params, process, { connection, own, processId }).then(
    result => context.respond(result),
    (error: unknown) => context.fail(error),
  );
}

/** The checks that need nothing but the params, in their order. */
function checkOptions(params: CommandExecParams): void {
  if (params.command.length === 0) throw invalidRequest("command must not be empty");
  if (params.sandboxPolicy && params.permissionProfile) {
    throw invalidRequest("`permissionProfile` cannot be combined with `sandboxPolicy`");
  }
  if (params.size && params.tty !== true) throw invalidParams("command/exec size requires tty: true");
  if (typeof params.outputBytesCap === "number" && params.disableOutputCap === true) {
    throw invalidParams("command/exec cannot set both outputBytesCap and disableOutputCap");
  }
  if (typeof params.timeoutMs === "number" && params.disableTimeout === true) {
    throw invalidParams("command/exec cannot set both timeoutMs and disableTimeout");
  }
  if (typeof params.timeoutMs === "number" && params.timeoutMs < 0) {
    throw invalidParams(`command/exec timeoutMs must be non-negative, got ${params.timeoutMs}`);
  }
}

function checkSize({ rows, cols }: CommandExecTerminalSize): void {
  if (rows === 0 || cols === 0) throw invalidParams("command/exec size rows and cols must be greater than 0");
}

/**
 * A policy counts from the server's folder, a profile from the command's. A profile keeps the configured denials, also
 * one that restricts nothing (permissions, section 7.4); a policy drops them, as the reference does.
 */
function profileOf(
  params: CommandExecParams,
  config: Pick<Config, "permissionProfile" | "fileSystemPolicy"> & { requirements: Requirements },
  where: { serverCwd: string; cwd: string; env: Readonly<Record<string, string | undefined>> },
): { profile: PermissionProfile; policyCwd: string } {
  const { serverCwd, cwd, env } = where;
  if (params.permissionProfile) {
    const profile = coreProfile(params.permissionProfile);
    const asked = requireLegacyProjection(profile, permissionContext(cwd, env));
    refuse("permission profile", sandboxRefusal(asked, config.requirements));
    const { fileSystem, network } = profileToRuntime(profile);
    const kept = keepDenies(fileSystem, config.fileSystemPolicy);
    return { profile: kept === fileSystem ? profile : profileFromRuntime(kept, network), policyCwd: cwd };
  }
  if (params.sandboxPolicy) {
    const policy = sandboxPolicyFromV2(params.sandboxPolicy as Parameters<typeof sandboxPolicyFromV2>[0]);
    refuse("sandbox policy", sandboxRefusal(policy, config.requirements));
    return { profile: fromLegacy(policy, permissionContext(serverCwd, env)), policyCwd: serverCwd };
  }
  return { profile: config.permissionProfile, policyCwd: serverCwd };
}

function refuse(what: string, refusal: string | null): void {
  if (refusal !== null) throw invalidRequest(`invalid ${what}: ${refusal}`);
}

function requireLegacyProjection(profile: PermissionProfile, ctx: PermissionContext): SandboxPolicy {
  try {
    return toLegacy(profile, ctx);
  } catch (error) {
    if (error instanceof PermissionsError) throw invalidRequest(`invalid permission profile: ${error.message}`);
    throw error;
  }
}

function environment(
  base: Record<string, string>,
  changes: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const env = { ...base };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete env[name];
    else env[name] = value;
  }
  return env;
}

async function start(
  params: CommandExecParams,
  where: Omit<SpawnOptions, "argv" | "tty" | "stdin">,
): Promise<SandboxedProcess> {
  try {
    return await spawnSandboxed({
      ...where,
      argv: params.command,
      tty: params.tty === true ? { cols: params.size?.cols ?? 80, rows: params.size?.rows ?? 24 } : false,
      stdin: params.streamStdin === true ? "pipe" : "null",
      onRefusal: "end",
    });
  } catch (error) {
    if (params.command[0] === "")
      throw internal(`failed to spawn command: missing program for ${params.tty === true ? "PTY" : "pipe"} spawn`);
    const why = systemError(error) ?? (error instanceof Error ? error.message : String(error));
    throw internal(`failed to spawn command: ${why}`);
  }
}

/** A program or folder that is not there, in the words of the system. */
function systemError(error: unknown): string | null {
  if (!(error instanceof SandboxError)) return null;
  if (/ENOENT|working directory .* does not exist$/.test(error.message))
    return "No such file or directory (os error 2)";
  if (/ENOTDIR/.test(error.message)) return "Not a directory (os error 20)";
  if (/EACCES/.test(error.message)) return "Permission denied (os error 13)";
  return /working directory .* is not a directory$/.test(error.message) ? "Not a directory (os error 20)" : null;
}

interface Owner {
  connection: Connection;
  own: OwnCommands;
  processId: string | null;
}

async function run(params: CommandExecParams, process: SandboxedProcess, owner: Owner) {
  let timedOut = false;
  let terminated = false;
  const command: Command = {
    process,
    streamsStdin: params.streamStdin === true || params.tty === true,
    stdinClosed: false,
    ended: false,
    terminate: () => {
      terminated = true;
      process.kill();
    },
  };
  owner.own.add(owner.processId, command);
  const timeoutMs = params.disableTimeout === true ? null : (params.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const timer = timeoutMs === null || timeoutMs > LONGEST_TIMEOUT_MS ? null : setTimeout(onTimeout, timeoutMs);
  function onTimeout(): void {
    timedOut = true;
    process.kill();
  }
  try {
    const output = new CappedOutput(params, owner);
    const drained = output.drain(process);
    const exit = await process.exited;
    if (timer !== null) clearTimeout(timer);
    command.ended = true;
    await within(DRAIN_MS, drained);
    const bySignal = terminated || exit.signal !== null;
    const signalExitCode = params.tty === true ? TERMINAL_SIGNAL_EXIT_CODE : SIGNAL_EXIT_CODE;
    const exitCode = timedOut ? TIMEOUT_EXIT_CODE : bySignal ? signalExitCode : exit.exitCode;
    return { exitCode, ...(await output.text()) };
  } finally {
    owner.own.forget(owner.processId, command);
  }
}

/** Waits for something, though not for ever. */
async function within(ms: number, done: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a command prints: up to the cap, streamed to its client or kept for the result. */
class CappedOutput {
  private readonly kept = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  private readonly left: { stdout: number; stderr: number };
  private readonly streams: boolean;

  constructor(
    params: CommandExecParams,
    private readonly owner: Pick<Owner, "connection" | "processId">,
  ) {
    const cap =
      params.disableOutputCap === true ? Number.POSITIVE_INFINITY : (params.outputBytesCap ?? DEFAULT_OUTPUT_CAP);
    this.left = { stdout: cap, stderr: cap };
    this.streams = params.streamStdoutStderr === true || params.tty === true;
  }

  async drain(process: SandboxedProcess): Promise<void> {
    for await (const { stream, chunk } of process.output) this.add(stream, chunk);
  }

  async text(): Promise<{ stdout: string; stderr: string }> {
    const read = (stream: "stdout" | "stderr") => outputText(Buffer.concat(this.kept[stream]), this.left[stream] <= 0);
    return { stdout: await read("stdout"), stderr: await read("stderr") };
  }

  private add(stream: "stdout" | "stderr", chunk: Uint8Array): void {
    if (this.left[stream] <= 0) return;
    const part = chunk.subarray(0, Math.min(chunk.length, this.left[stream]));
    this.left[stream] -= part.length;
    if (!this.streams) {
      this.kept[stream].push(part);
      return;
    }
    this.owner.connection.notify("command/exec/outputDelta", {
      processId: this.owner.processId,
      stream,
      deltaBase64: Buffer.from(part).toString("base64"),
      capReached: this.left[stream] <= 0,
    });
  }
}

async function write(params: CommandExecWriteParams, { connection }: RequestContext) {
  const { processId, deltaBase64, closeStdin } = params;
  if (typeof deltaBase64 !== "string" && closeStdin !== true) {
    throw invalidParams("command/exec/write requires deltaBase64 or closeStdin");
  }
  const delta = typeof deltaBase64 === "string" ? readBase64(deltaBase64) : null;
  if (typeof delta === "string") throw invalidParams(`invalid deltaBase64: ${delta}`);
  const command = await commandsOf(connection).running(processId);
  if (!command.streamsStdin) throw invalidRequest("stdin streaming is not enabled for this command/exec");
  if (command.stdinClosed) throw invalidRequest("stdin is already closed");
  if (delta !== null) {
    await command.process.write(delta).catch(() => {
      throw invalidRequest("stdin is already closed");
    });
  }
  if (closeStdin === true) {
    command.stdinClosed = true;
    command.process.closeStdin();
  }
  return {};
}
