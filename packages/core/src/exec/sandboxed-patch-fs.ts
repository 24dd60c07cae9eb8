import { PatchFsError, type PatchFs } from "@codex-ts/apply-patch";
import { nodePatchFs } from "@codex-ts/apply-patch/node";
import type { PermissionProfile } from "@codex-ts/permissions";
import { guardedReads, type ReadGuard } from "./read-guard.ts";
import { spawnSandboxed, type SandboxedProcess, type SpawnOptions } from "@codex-ts/sandbox";

/** Where and under which permissions files are written. */
export interface PatchSandbox {
  profile: PermissionProfile;
  /** Folder from which the profile's special paths are resolved. */
  policyCwd: string;
  env: Readonly<Record<string, string>>;
  /** What the sandbox takes from the agent itself. */
  host?: Pick<SpawnOptions, "tmpdir" | "legacyLandlock" | "host">;
  signal: AbortSignal;
  /** What may be read. */
  reads: ReadGuard;
}

type WriteOperation =
  | { op: "write"; path: string; data: string }
  | { op: "mkdir"; path: string }
  | { op: "unlink"; path: string };

type Reply = { ok: true } | { ok: false; code: string; message: string };

/**
 * Does what it is told, one JSON line at a time. It runs inside the sandbox, so a path that a link bends out of the writable folders ends
 * at the sandbox's wall, however the link got there. Folders are made one by one: Node's recursive way never ends below `/proc`.
 */
const WRITER_PROGRAM = `
const fs = require("node:fs");
const { dirname } = require("node:path");
const words = (error) => String(error && error.message).replace(/^[A-Z]+: /, "").replace(/, \\w+ '.*$/s, "");
const keep = (folder, error) => { if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error; };
const mkdir = (folder) => {
  try { fs.mkdirSync(folder); } catch (error) {
    const above = dirname(folder);
    if (error.code !== "ENOENT" || above === folder) return keep(folder, error);
    mkdir(above);
    try { fs.mkdirSync(folder); } catch (failure) { keep(folder, failure); }
  }
};
const run = ({ op, path, data }) => {
  if (op === "write") fs.writeFileSync(path, Buffer.from(data, "base64"));
  else if (op === "mkdir") mkdir(path);
  else fs.unlinkSync(path);
};
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  let reply = { ok: true };
  try { run(JSON.parse(line)); } catch (error) { reply = { ok: false, code: error.code || "", message: words(error) }; }
  process.stdout.write(JSON.stringify(reply) + "\\n");
});
`;

/** Files of this machine for one patch: read directly where they may be read, written by a process inside the sandbox that starts with the first write. */
export class SandboxedPatchFs implements PatchFs {
  readonly readFile: PatchFs["readFile"];
  readonly kind = nodePatchFs.kind;
  private readonly sandbox: PatchSandbox;
  private writer: Promise<Writer> | null = null;
  /** Folders that are known to be there. */
  private readonly created = new Set<string>();

  constructor(sandbox: PatchSandbox) {
    this.sandbox = sandbox;
    this.readFile = guardedReads(sandbox.reads).readFile;
  }

  writeFile(path: string, bytes: Uint8Array): Promise<void> {
    return this.perform({ op: "write", path, data: Buffer.from(bytes).toString("base64") });
  }

  /** Most folders of a patch exist already, and each question to the writer costs a trip into the sandbox. */
  async createDirectories(path: string): Promise<void> {
    if (this.created.has(path)) return;
    if ((await this.kind(path)) !== "directory") await this.perform({ op: "mkdir", path });
    this.created.add(path);
  }

  removeFile(path: string): Promise<void> {
    return this.perform({ op: "unlink", path });
  }

  async close(): Promise<void> {
    (await this.writer)?.process.kill();
  }

  private async perform(operation: WriteOperation): Promise<void> {
    this.writer ??= startWriter(this.sandbox);
    const reply = await (await this.writer).ask(operation);
    if (reply.ok) return;
    throw new PatchFsError(reply.code === "ENOENT" ? "not-found" : "other", reply.message);
  }
}

interface Writer {
  process: SandboxedProcess;
  ask(operation: WriteOperation): Promise<Reply>;
}

async function startWriter(sandbox: PatchSandbox): Promise<Writer> {
  const child = await spawnSandboxed({
    argv: [process.execPath, "-e", WRITER_PROGRAM],
    cwd: sandbox.policyCwd,
    policyCwd: sandbox.policyCwd,
    profile: sandbox.profile,
    ...sandbox.host,
    env: sandbox.env,
    tty: false,
    stdin: "pipe",
  });
  sandbox.signal.addEventListener("abort", () => child.kill(), { once: true });
  const lines = replyLines(child);
  return {
    process: child,
    async ask(operation) {
      await child.write(`${JSON.stringify(operation)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new PatchFsError("other", "the process that writes files ended too early");
      return value;
    },
  };
}

async function* replyLines(child: SandboxedProcess): AsyncGenerator<Reply, undefined> {
  let rest = "";
  for await (const { stream, chunk } of child.output) {
    if (stream !== "stdout") continue;
    rest += Buffer.from(chunk).toString("utf8");
    for (let end = rest.indexOf("\n"); end !== -1; end = rest.indexOf("\n")) {
      yield readReply(rest.slice(0, end));
      rest = rest.slice(end + 1);
    }
  }
  return undefined;
}

function readReply(line: string): Reply {
  const value: unknown = JSON.parse(line);
  const member = (name: string): unknown =>
    typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return member("ok") === true
    ? { ok: true }
    : { ok: false, code: String(member("code")), message: String(member("message")) };
}
