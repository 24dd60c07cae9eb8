import os from "node:os";
import path from "node:path";
import { createRuntime } from "@codex-ts/core";
import { webServer } from "./server.ts";

const options = {
  codexHome: process.env["CODEX_HOME"] ?? path.join(os.homedir(), ".codex"),
  version: "0.125.0",
  cwd: process.cwd(),
};
const runtime = (identity: { originator: string; userAgent: string }) =>
  createRuntime({ ...options, ...identity, env: process.env });
const port = Number(process.env["PORT"] ?? 8090);
const { http } = webServer(runtime, options, path.join(import.meta.dirname, "../dist"));
http.listen(port, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
