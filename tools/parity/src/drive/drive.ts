import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import {
  type Json,
  type ModelServer,
  type RecordedRequest,
  type Script,
  startModelServer,
} from "@codex-ts-tools/model-server";
import { Hall } from "./hall.ts";
import type { Subject } from "./subject.ts";
import { type Answerer, type Message, Wire } from "./wire.ts";

const run = promisify(execFile);

/** Where a scenario takes place: folders that are made for it alone, and removed afterwards. */
export interface Folders {
  /** `CODEX_HOME`. */
  readonly home: string;
  /** The folder in which threads work. */
  readonly work: string;
  /** `HOME` and the parent of the others. */
  readonly root: string;
}

export interface Place extends Folders {
  /** Base URL of the scripted model server. */
  readonly baseUrl: string;
}

/** What a scenario is played on. */
export interface Stage {
  /** Model script; under `of` when it names folders. */
  script: Script | { of: (folders: Folders) => Script };
  /** Lines of `config.toml` before the provider's table. */
  config?: string | ((place: Place) => string);
  /** Further lines of the provider's table; a key that is given here replaces the standard one. */
  provider?: string | ((place: Place) => string);
  /** The provider that is used. Default `mock`, the one of the table. */
  modelProvider?: string;
  /** Tables of `config.toml` after the provider's. */
  tables?: string | ((place: Place) => string);
  model?: string;
  /** Files to write first, by path relative to `root` (`home/…`, `work/…`). */
  files?: Readonly<Record<string, string | Uint8Array>>;
  /** Make the work folder a git repository with this first commit's files in it. */
  git?: boolean;
  env?: Readonly<Record<string, string>> | ((place: Place) => Readonly<Record<string, string>>);
  /** Members of `initialize`'s capabilities; default `{experimentalApi: true}`. */
  capabilities?: Json;
  /** Name of the client in the handshake. Default `parity`. */
  client?: string;
  /** What is started of a program. Default `app-server`. */
  door?: "app-server" | "mcp-server";
  /** Longest wait for anything, milliseconds. Default 60 000. */
  timeoutMs?: number;
  /** Last preparations, before the program starts. */
  prepare?: (place: Place) => Promise<void>;
}

/** A request that reached the model server. */
export type Asked = Pick<
  RecordedRequest,
  "method" | "path" | "url" | "headers" | "body" | "at" | "transport" | "connection"
>;

/** Everything that one program did on a stage. */
export interface Recording {
  readonly subject: Subject["name"];
  readonly place: Place;
  /** Model requests, bodies parsed; requests to compact come after all others. */
  readonly requests: readonly Asked[];
  /** Everything else that was asked of the server over HTTP. */
  readonly others: readonly Asked[];
  readonly messages: readonly Message[];
  /** What the scenario noted itself, by name. */
  readonly notes: Readonly<Record<string, unknown>>;
  /** Session files, in the order of their names: their lines. */
  readonly rollouts: readonly (readonly Json[])[];
  /** Why the scenario could not be played to its end. */
  readonly failure: string | null;
}

/** A scenario's hand on one program: starts threads, takes turns, waits, notes. */
export class Drive {
  readonly place: Place;
  readonly server: ModelServer;
  readonly notes: Record<string, unknown> = {};
  wire: Wire;
  private readonly subject: Subject;
  private readonly stage: Stage;
  private readonly past: Message[] = [];

  constructor(subject: Subject, stage: Stage, place: Place, server: ModelServer) {
    this.subject = subject;
    this.stage = stage;
    this.place = place;
    this.server = server;
    this.wire = this.spawn();
  }

  /** Every message of every process so far. */
  get messages(): readonly Message[] {
    return [...this.past, ...this.wire.messages];
  }

  set answer(answerer: Answerer) {
    this.wire.answer = answerer;
  }

  async initialize(): Promise<void> {
    if (this.stage.door === "mcp-server") {
      const clientInfo = { name: "parity", version: "1" };
      const params = { protocolVersion: "2025-06-18", capabilities: { elicitation: {} }, clientInfo };
      this.notes["initialize"] = (await this.wire.call("initialize", params)).result;
      this.wire.write({ jsonrpc: "2.0", method: "notifications/initialized" });
      return;
    }
    const capabilities = this.stage.capabilities ?? { experimentalApi: true };
    await this.wire.call("initialize", {
      clientInfo: { name: this.stage.client ?? "parity", version: "1" },
      capabilities,
    });
    this.wire.write({ method: "initialized" });
  }

  /** Ends the program and starts it again on the same folders. */
  async restart(how: "close" | "kill" = "close"): Promise<void> {
    await this.wire[how]();
    this.past.push(...this.wire.messages);
    const { answer } = this.wire;
    this.wire = this.spawn();
    this.wire.answer = answer;
    await this.initialize();
  }

  /** The result of a request. @throws Error with the server's error */
  async call(method: string, params: Json = {}): Promise<Json> {
    const answer = await this.wire.call(method, params);
    if (answer.error !== undefined) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
    return answer.result ?? {};
  }

  /** Makes a request and notes its whole answer, errors included, under its name. */
  async note(name: string, method: string, params?: Json): Promise<Message> {
    const { result, error } = await this.wire.call(method, params);
    this.notes[name] = error === undefined ? { result } : { error };
    return { ...(result === undefined ? {} : { result }), ...(error === undefined ? {} : { error }) };
  }

  /** Starts a thread in the work folder. Returns its id. */
  async thread(params: Json = {}): Promise<string> {
    const result = await this.call("thread/start", { cwd: this.place.work, ...params });
    return String((result["thread"] as Json)["id"]);
  }

  /** Sends a prompt. Returns the turn's id at once. */
  async begin(threadId: string, text: string, more: Json = {}): Promise<string> {
    const input = [{ type: "text", text }];
    const result = await this.call("turn/start", { threadId, input, ...more });
    return String((result["turn"] as Json)["id"]);
  }

  /** Sends a prompt and waits for the end of its turn. Returns the turn's id. */
  async turn(threadId: string, text: string, more: Json = {}): Promise<string> {
    const from = this.wire.messages.length;
    const id = await this.begin(threadId, text, more);
    await this.until("turn/completed", () => true, from);
    return id;
  }

  /** Waits for a notification or question of this method (and these facts), from message number `from` on. */
  until(method: string, fits: (params: Json) => boolean = () => true, from = 0): Promise<Message> {
    return this.wire.until(message => message.method === method && fits(message.params ?? {}), from);
  }

  /** Waits for an item in this state. */
  item(state: "started" | "completed", type: string, from = 0): Promise<Message> {
    return this.until(`item/${state}`, params => (params["item"] as Json | undefined)?.["type"] === type, from);
  }

  /** Starts a second process of the program on the same folders, which listens for any number of clients. */
  listen(flags: readonly string[] = []): Promise<Hall> {
    return Hall.open(this.subject, flags, this.surroundings);
  }

  /** Waits a while, where nothing can be waited for. */
  pause(ms: number): Promise<void> {
    return new Promise(resolve => setTimeout(resolve, ms));
  }

  private spawn(): Wire {
    const { door = "app-server" } = this.stage;
    const args = this.subject.args.map(arg => (arg === "app-server" ? door : arg));
    return new Wire({ ...this.subject, args }, { ...this.surroundings, jsonrpc: door === "mcp-server" });
  }

  private get surroundings() {
    const { home, root, work } = this.place;
    const { env = {} } = this.stage;
    return {
      cwd: work,
      timeoutMs: this.stage.timeoutMs ?? 60_000,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: root,
        CODEX_HOME: home,
        TMPDIR: path.join(root, "tmp"),
        LANG: "C.UTF-8",
        ...(typeof env === "function" ? env(this.place) : env),
      },
    };
  }
}

/** Plays a scenario on one program and records what came of it. */
export async function record(
  subject: Subject,
  stage: Stage,
  play: (drive: Drive) => Promise<void>,
): Promise<Recording> {
  // The reference refuses a home below the temporary folder.
  const parent = path.join(os.homedir(), ".cache", "codex-ts", "parity");
  await mkdir(parent, { recursive: true });
  const root = await mkdtemp(path.join(parent, "p-"));
  const folders: Folders = { root, home: path.join(root, "home"), work: path.join(root, "work") };
  const { script } = stage;
  const server = await startModelServer(typeof script === "object" && "of" in script ? script.of(folders) : script);
  const place: Place = { ...folders, baseUrl: server.baseUrl };
  let drive: Drive | null = null;
  let failure: string | null = null;
  try {
    await setUp(stage, place);
    drive = new Drive(subject, stage, place, server);
    await drive.initialize();
    await play(drive);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  await drive?.wire.close();
  const rollouts = await readRollouts(place.home);
  await server.close();
  await rm(place.root, { recursive: true, force: true, maxRetries: 3 });
  return {
    subject: subject.name,
    place,
    requests: [...server.requests, ...server.log.filter(isCompaction)].map(told),
    others: server.log.filter(request => !server.requests.includes(request) && !isCompaction(request)).map(told),
    messages: drive?.messages ?? [],
    notes: drive?.notes ?? {},
    rollouts,
    failure,
  };
}

function isCompaction({ path: where }: RecordedRequest): boolean {
  return where.endsWith("/responses/compact");
}

function told({ method, path: where, url, headers, body, at, transport, connection }: RecordedRequest): Asked {
  return { method, path: where, url, headers, body, at, transport, connection };
}

const STANDARD_PROVIDER = (baseUrl: string) => [
  'name = "mock"',
  `base_url = "${baseUrl}"`,
  'wire_api = "responses"',
  "request_max_retries = 1",
  "stream_max_retries = 1",
];

async function setUp(stage: Stage, place: Place): Promise<void> {
  const { home, root, work, baseUrl } = place;
  for (const folder of [home, work, path.join(root, "tmp")]) await mkdir(folder, { recursive: true });
  for (const [file, content] of Object.entries(stage.files ?? {})) {
    const target = path.join(root, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content);
  }
  const text = (value: Stage["config"]) => (typeof value === "function" ? value(place) : (value ?? ""));
  const provider = text(stage.provider);
  const given = new Set(provider.split("\n").map(line => line.split(" ")[0]));
  const standard = STANDARD_PROVIDER(baseUrl).filter(line => !given.has(line.split(" ")[0]));
  await writeFile(
    path.join(home, "config.toml"),
    `model = "${stage.model ?? "gpt-5.2"}"
model_provider = "${stage.modelProvider ?? "mock"}"
${text(stage.config)}

[model_providers.mock]
${standard.join("\n")}
${provider}

${text(stage.tables)}
`,
  );
  if (stage.git === true) {
    const git = (...args: string[]) =>
      run("git", ["-c", "user.name=p", "-c", "user.email=p@example.com", "-c", "init.defaultBranch=main", ...args], {
        cwd: work,
        env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
      });
    await git("init", "-q");
    await git("add", "-A");
    await git("commit", "-q", "--allow-empty", "-m", "first");
  }
  await stage.prepare?.(place);
}

async function readRollouts(home: string): Promise<Json[][]> {
  const folders = ["sessions", "archived_sessions"].map(name => path.join(home, name));
  const lists = await Promise.all(
    folders.map(folder =>
      readdir(folder, { recursive: true }).then(
        files => files.map(file => path.join(folder, file)),
        () => [],
      ),
    ),
  );
  const files = lists.flat().filter(file => file.endsWith(".jsonl"));
  const texts = await Promise.all(files.sort().map(file => readFile(file, "utf8")));
  return texts.map(text =>
    text
      .split("\n")
      .filter(line => line.trim() !== "")
      .map(readLine),
  );
}

/** A line of a session file; one that is no object as it stands. */
function readLine(line: string): Json {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  } catch {
    // A scenario put it there.
  }
  return { line };
}
