#!/usr/bin/env node
// The entry. It is built as CommonJS: what is started for every command cannot wait until modules are linked.
import type * as QuickSandboxModule from "./quick-sandbox.ts";
import { isPatchProgram, quickSandbox } from "./quick.ts";
import { versionLine } from "./version.ts";

const argv = process.argv.slice(2);
const patches = isPatchProgram(process.argv[1]);
const sandboxed = patches ? null : quickSandbox(argv);

if (sandboxed !== null) {
  const { runQuickSandbox } = require("./quick-sandbox.js") as typeof QuickSandboxModule;
  void runQuickSandbox(sandboxed);
} else if (!patches && argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
  // A reader that goes away is not an error worth a stack trace.
  process.stdout.on("error", () => undefined);
  process.stdout.write(`${versionLine}\n`);
} else {
  void import("./program.ts");
}
