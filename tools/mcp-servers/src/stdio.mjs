import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { behave } from "./behaviour.mjs";

// The script is the first argument, as JSON.
const script = JSON.parse(process.argv[2] ?? "{}");
if (script.pidFile) appendFileSync(script.pidFile, `${process.pid}\n`);
if (script.stderr) for (const line of script.stderr) process.stderr.write(`${line}\n`);
if (script.exitAtOnce !== undefined) process.exit(script.exitAtOnce);
if (script.flood) setInterval(() => process.stdout.write(`${"log line ".repeat(200)}\n`), 1);
if (script.stubborn) process.on("SIGTERM", () => {});
for (const line of script.noise ?? []) process.stdout.write(`${line}\n`);

const handle = behave(script, message => process.stdout.write(`${JSON.stringify(message)}\n`));
const lines = createInterface({ input: process.stdin });
lines.on("line", line => {
  if (line.trim() === "") return;
  const message = JSON.parse(line);
  if (script.logFile) appendFileSync(script.logFile, `${line}\n`);
  void handle(message);
});
if (!script.stubborn) lines.on("close", () => process.exit(0));
else setInterval(() => {}, 1000);
