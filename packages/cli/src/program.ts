// The program behind its entry: every command is loaded only when it is used.
import process from "node:process";
import { isPatchProgram } from "./quick.ts";

const argv = process.argv.slice(2);

async function start(): Promise<number> {
  if (isPatchProgram(process.argv[1]) || argv[0] === "apply-patch") {
    const { applyPatchCommand } = await import("./commands/apply-patch.ts");
    return await applyPatchCommand(argv[0] === "apply-patch" ? argv.slice(1) : argv, process);
  }
  if (argv[0] === "--codex-run-as-apply-patch") {
    const { patchFlagCommand } = await import("./commands/apply-patch.ts");
    return await patchFlagCommand(argv.slice(1), process);
  }
  if (argv.length === 1 && (argv[0] === "--help" || argv[0] === "-h")) {
    const { helpText } = await import("./help.ts");
    process.stdout.write(helpText);
    return 0;
  }
  const io = {
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
  };
  // The ways editors, SDKs and scripts start it: what they wait for should not wait for the parser of arguments.
  if (argv.length === 1 && argv[0] === "app-server") {
    const { appServerCommand } = await import("./commands/app-server.ts");
    return await told(appServerCommand([{}], io));
  }
  const { main } = await import("./main.ts");
  return await main(argv, io);
}

/** The exit code of a command; one that fails says why. */
async function told(command: Promise<number>): Promise<number> {
  try {
    return await command;
  } catch (error) {
    const { renderFailure } = await import("./errors.ts");
    const { text, exitCode: code } = renderFailure(error);
    process.stderr.write(text);
    return code;
  }
}

// A reader that goes away (`codex-ts … | head`) is not an error worth a stack trace.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

// Should it wait for something that cannot come, Node ends it: with its own code for that, not with 0.
process.exitCode = 13;
const exitCode = await start();
// Connections that are kept alive for a next request must not keep the process alive; what was written must get out.
await Promise.all([process.stdout, process.stderr].map(stream => new Promise(done => stream.write("", done))));
process.exit(exitCode);
