import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import process from "node:process";

/**
 * A program under measurement.
 * @typedef {{ name: string, file: string, lead: string[] }} Subject
 */

/** A fresh CODEX_HOME with one scripted provider. It lies under the home folder: the reference refuses the temporary one. */
export function makeHome(baseUrl, settings = []) {
  const parent = path.join(homedir(), ".cache", "codex-ts", "bench");
  mkdirSync(parent, { recursive: true });
  const home = mkdtempSync(path.join(parent, "home-"));
  const temporary = path.join(home, "tmp-dir");
  const work = path.join(home, "work");
  mkdirSync(temporary);
  mkdirSync(work);
  writeFileSync(
    path.join(home, "config.toml"),
    [
      'model = "gpt-5.2"',
      'model_provider = "scripted"',
      'approval_policy = "never"',
      ...settings,
      "[model_providers.scripted]",
      'name = "scripted"',
      `base_url = "${baseUrl}"`,
      'wire_api = "responses"',
      "",
    ].join("\n"),
  );
  return {
    home,
    work,
    env: { ...process.env, CODEX_HOME: home, TMPDIR: temporary, NO_COLOR: "1" },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** One app-server process driven over stdio. */
export class AppServer {
  #next = 1;
  #waiting = new Map();
  #listeners = new Set();
  #buffer = "";
  /** How questions of the server are answered; undefined leaves them open. */
  answer = () => undefined;

  /** @param {Subject} subject @param {ReturnType<typeof makeHome>} home */
  constructor(subject, home) {
    this.child = spawn(subject.file, [...subject.lead, "app-server"], {
      cwd: home.work,
      env: home.env,
      stdio: ["pipe", "pipe", process.env.BENCH_STDERR ? "inherit" : "ignore", "pipe"],
    });
    this.child.stdout.setEncoding("utf8");
    this.child.stdout.on("data", text => {
      this.#buffer += text;
      let end = this.#buffer.indexOf("\n");
      while (end !== -1) {
        const line = this.#buffer.slice(0, end);
        this.#buffer = this.#buffer.slice(end + 1);
        if (line.trim() !== "") this.#take(JSON.parse(line));
        end = this.#buffer.indexOf("\n");
      }
    });
  }

  #take(message) {
    if (message.id !== undefined && message.method === undefined) {
      const waiter = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error) waiter?.reject(new Error(message.error.message));
      else waiter?.resolve(message.result);
      return;
    }
    if (message.id !== undefined) {
      const answer = this.answer(message);
      if (answer !== undefined) this.child.stdin.write(`${JSON.stringify({ id: message.id, ...answer })}\n`);
    }
    for (const listener of this.#listeners) listener(message);
  }

  request(method, params) {
    const id = this.#next++;
    this.child.stdin.write(`${JSON.stringify({ id, method, params })}\n`);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** Resolves with the params of the first notification that fits. */
  notification(method, fits = () => true) {
    return new Promise(resolve => {
      const listener = message => {
        if (message.method !== method || !fits(message.params)) return;
        this.#listeners.delete(listener);
        resolve(message.params);
      };
      this.#listeners.add(listener);
    });
  }

  async initialize() {
    const result = await this.request("initialize", { clientInfo: { name: "bench", title: null, version: "0.0.0" } });
    this.child.stdin.write(`${JSON.stringify({ method: "initialized" })}\n`);
    return result;
  }

  async startThread(params = {}) {
    const { thread } = await this.request("thread/start", params);
    return thread.id;
  }

  /** Runs one turn to its end; throws when it did not complete. */
  async turn(threadId, text) {
    const done = this.notification("turn/completed", params => params.threadId === threadId);
    await this.request("turn/start", { threadId, input: [{ type: "text", text, text_elements: [] }] });
    const { turn } = await done;
    if (turn.status !== "completed") throw new Error(`turn ended as ${turn.status}: ${turn.error?.message ?? ""}`);
  }

  /** Resident memory of the process and its children, in MB. */
  memory() {
    return memoryOf(this.child.pid);
  }

  /** What is in use after a collection, MB: for a subject that loads `memory-probe.mjs`. */
  async inUse() {
    const [heard] = await Promise.all([once(this.child.stdio[3], "data"), this.child.kill("SIGUSR2")]);
    const { heapUsed, external } = JSON.parse(String(heard[0]));
    return (heapUsed + external) / 1024 / 1024;
  }

  async close() {
    const exited = once(this.child, "exit");
    this.child.stdin.end();
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 3000);
    await exited;
    clearTimeout(timer);
  }
}

/** Resident memory of one process in MB, from /proc. */
export function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

/** The highest resident memory of one process so far in MB, from /proc. */
export function memoryPeakOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

/** Processor time (user and system) that a process has used so far, in milliseconds, from /proc. */
export function processorMs(pid) {
  // Fields are counted behind the name, which may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop().split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Runs a program to its end; milliseconds and the highest resident memory (MB) seen by the kernel. */
export async function timeProcess(file, args, options = {}) {
  const start = performance.now();
  const child = spawn(file, args, { stdio: ["ignore", "ignore", "ignore"], ...options });
  let peak = 0;
  const sample = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // the process ended between two samples
    }
  }, 5);
  const [code] = await once(child, "exit");
  clearInterval(sample);
  return { ms: performance.now() - start, peak, code };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
