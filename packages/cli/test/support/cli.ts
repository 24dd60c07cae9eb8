import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type ModelServer, type Script, startModelServer } from "@codex-ts-tools/model-server";

/** The built program. */
export const program = path.resolve(import.meta.dirname, "../../dist/codex-ts.js");

export interface CliResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  /** Text for standard input, which is closed after it; default empty. */
  stdin?: string | Uint8Array;
}

/** A CODEX_HOME, a working folder and a scripted model server of one test. */
export class Bench {
  readonly root: string;
  readonly home: string;
  readonly work: string;
  /** The temporary folder of the program: a home inside it would have no aliases of the patch program, and a warning. */
  readonly temporary: string;
  server: ModelServer | undefined;

  constructor() {
    this.root = realpathSync(mkdtempSync(path.join(tmpdir(), "codex-ts-cli-")));
    this.home = path.join(this.root, "home");
    this.work = path.join(this.root, "work");
    this.temporary = path.join(this.root, "tmp");
    for (const folder of [this.home, this.work, this.temporary]) mkdirSync(folder);
  }

  /** Starts a model server with this script and points config.toml at it. */
  async model(script: Script, config = ""): Promise<ModelServer> {
    this.server = await startModelServer(script);
    this.config(
      `model = "gpt-5.2"\nmodel_provider = "mock"\n${config}\n[model_providers.mock]\nname = "mock"\nbase_url = "${this.server.baseUrl}"\nwire_api = "responses"\nrequest_max_retries = 0\nstream_max_retries = 1\n`,
    );
    return this.server;
  }

  config(text: string): void {
    writeFileSync(path.join(this.home, "config.toml"), text);
  }

  start(args: string[], options: RunOptions = {}): ChildProcessWithoutNullStreams {
    return spawn(process.execPath, [program, ...args], {
      cwd: options.cwd ?? this.work,
      env: {
        ...process.env,
        CODEX_HOME: this.home,
        TMPDIR: this.temporary,
        NO_COLOR: "1",
        OPENAI_API_KEY: undefined,
        ...options.env,
      },
    });
  }

  async run(args: string[], options: RunOptions = {}): Promise<CliResult> {
    const child = this.start(args, options);
    child.stdin.on("error", () => {});
    child.stdin.end(options.stdin ?? "");
    return await finished(child);
  }

  /** `exec --skip-git-repo-check` with these arguments. */
  async exec(args: string[], options: RunOptions = {}): Promise<CliResult> {
    return await this.run(["exec", "--skip-git-repo-check", ...args], options);
  }

  async close(): Promise<void> {
    await this.server?.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Waits for a process to end and gives all that it printed. */
export async function finished(child: ChildProcessWithoutNullStreams): Promise<CliResult> {
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", text => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", text => {
    stderr += text;
  });
  return await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** The lines of `--json` output. */
export function events(result: Pick<CliResult, "stdout">): { type: string; [more: string]: unknown }[] {
  return result.stdout
    .split("\n")
    .filter(line => line !== "")
    .map(line => JSON.parse(line) as { type: string });
}
