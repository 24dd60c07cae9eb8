import { PassThrough, Readable } from "node:stream";
import type { CommandIo } from "../../src/io.ts";
import { main } from "../../src/main.ts";
import type { Bench, RunOptions } from "./cli.ts";

/** Runs a command line in this process: for the many cases that need no process of their own. */
export async function runHere(
  bench: Bench,
  args: string[],
  options: RunOptions = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const texts = { stdout: "", stderr: "" };
  const sink = (name: "stdout" | "stderr") =>
    new PassThrough().setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  const [stdout, stderr] = [sink("stdout"), sink("stderr")];
  const io = {
    env: { ...process.env, CODEX_HOME: bench.home, NO_COLOR: "1", OPENAI_API_KEY: undefined, ...options.env },
    cwd: options.cwd ?? bench.work,
    stdin: Readable.from([Buffer.from(options.stdin ?? "")]),
    stdout,
    stderr,
  } as unknown as CommandIo;
  const code = await main(args, io);
  await Promise.all([stdout, stderr].map(stream => new Promise<void>(done => stream.end(() => setImmediate(done)))));
  return { code, ...texts };
}
